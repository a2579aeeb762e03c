package dev.serai.capability;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many calls in so much time, as declarations write it: {@code 10/s}, {@code 100/1m}, {@code 5000/12h}.
 *
 * @param calls 1 to 999,999,999
 * @param period above 0, at most a day
 */
public record Rate(int calls, Duration period) {
    static final String EXPECTED = "calls per time up to 1d, such as 10/s, 100/1m or 5000/12h";

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})/([0-9]{0,12}(?:ms|s|m|h|d))");
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * Reads a number of calls, a slash, and a time.
     *
     * @throws IllegalArgumentException for any other text; the message says what was expected
     */
    public static Rate parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (matcher.matches()) {
            String time = matcher.group(2);
            Duration period = Durations.parse(Character.isDigit(time.charAt(0)) ? time : "1" + time);
            if (!period.isZero() && period.compareTo(LONGEST) <= 0) {
                return new Rate(Integer.parseInt(matcher.group(1)), period);
            }
        }
        throw new IllegalArgumentException("expected " + EXPECTED + ", got \"" + Excerpt.of(text) + "\"");
    }
}
