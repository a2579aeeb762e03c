package dev.serai.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code Retry-After} of an answer: seconds, or a date (RFC 9110, 10.2.3). */
final class RetryAfter {
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
    private static final long LONGEST = Duration.ofDays(365).toSeconds();

    private RetryAfter() {}

    /** Seconds from now, 0 or more; 0 where there is none, or none that can be read. */
    static int seconds(@Nullable String header, Instant now) {
        if (header == null) {
            return 0;
        }
        String text = header.strip();
        if (SECONDS.matcher(text).matches()) {
            return (int) Math.min(LONGEST, Long.parseLong(text));
        }
        try {
            Instant until = DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
            return (int)
                    Math.max(0, Math.min(LONGEST, Duration.between(now, until).toSeconds()));
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
