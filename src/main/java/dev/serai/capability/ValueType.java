package dev.serai.capability;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The values that a metadata key takes. */
public enum ValueType {
    TEXT("text", true, value -> true),
    URL("a URL: http or https with a host and without user information, or embedded:name", false, Checks::isUrl),
    /** The value is never shown: a secret may have been pasted where its name belongs. */
    ENVIRONMENT("the name of an environment variable", false, matching("[A-Za-z_][A-Za-z0-9_]*")),
    SESSION("true, false or auto", true, matching("true|false|auto")),
    BOOLEAN("true or false", true, matching("true|false")),
    SCHEME("bearer, basic, header or query", true, matching("bearer|basic|header|query")),
    SCOPE("shared, caller, conversation or call", true, matching("shared|caller|conversation|call")),
    DURATION("a duration from 1ms to 24h, such as 500ms, 30s, 15m or 1h", true, Checks::isDuration),
    COUNT("a whole number above 0", true, matching("[1-9][0-9]{0,8}")),
    CODES(
            "a list of statuses and codes, such as 404, -32001",
            true,
            matching("\\[?\\s*-?\\d{1,6}(\\s*,\\s*-?\\d{1,6})*\\s*]?")),
    RESERVED("reserved: no effect yet", true, value -> true);

    private final String expected;
    private final boolean shown;
    private final Predicate<String> accepts;

    ValueType(String expected, boolean shown, Predicate<String> accepts) {
        this.expected = expected;
        this.shown = shown;
        this.accepts = accepts;
    }

    /** The values in words. */
    public String expected() {
        return expected;
    }

    boolean accepts(String value) {
        return accepts.test(value);
    }

    /** What was expected, and what was found unless it may be a secret. */
    String refusal(String value) {
        return "expected " + expected + (shown ? ", got \"" + Excerpt.of(value) + "\"" : "");
    }

    private static Predicate<String> matching(String pattern) {
        return Pattern.compile(pattern).asMatchPredicate();
    }

    private static final class Checks {
        private static final Pattern EMBEDDED = Pattern.compile("embedded:[A-Za-z0-9._-]{1,64}");
        private static final Duration LONGEST = Duration.ofHours(24);

        private static boolean isDuration(String value) {
            try {
                Duration duration = Durations.parse(value);
                return !duration.isZero() && duration.compareTo(LONGEST) <= 0;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        private static boolean isUrl(String value) {
            if (EMBEDDED.matcher(value).matches()) {
                return true;
            }
            try {
                URI uri = new URI(value);
                boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
                return web && uri.getHost() != null && uri.getRawUserInfo() == null;
            } catch (URISyntaxException e) {
                return false;
            }
        }
    }
}
