package dev.serai.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 500ms}, {@code 30s} or {@code 2m}; a bare number is milliseconds. */
final class TimeoutConverter implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m)?");

    @Override
    public Duration convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("expected 500ms, 30s or 2m, was '" + text + "'");
        }
        long number = Long.parseLong(matcher.group(1));
        Duration duration = "s".equals(matcher.group(2))
                ? Duration.ofSeconds(number)
                : "m".equals(matcher.group(2)) ? Duration.ofMinutes(number) : Duration.ofMillis(number);
        if (duration.isZero()) {
            throw new TypeConversionException("must be longer than 0");
        }
        return duration;
    }
}
