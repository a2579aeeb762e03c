package dev.serai.setting;

import dev.serai.capability.Durations;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One setting of the gateway.
 *
 * @param property its name
 * @param kind what its text is
 * @param fallback what holds without it
 * @param lowest the lowest value; empty where there is no order
 * @param highest the highest value; empty where there is no order
 * @param effect one sentence, with the unit of a number
 */
public record Knob(String property, Kind kind, String fallback, String lowest, String highest, String effect) {
    private static final String LONGEST = "365d";

    /** What the text of a setting is. */
    public enum Kind {
        NUMBER("a whole number"),
        DURATION("a duration such as 500ms, 30s, 15m or 8h"),
        FLAG("true or false"),
        TEXT("text");

        private final String expected;

        Kind(String expected) {
            this.expected = expected;
        }

        /** For messages and documentation. */
        public String expected() {
            return expected;
        }
    }

    public static Knob number(String property, String fallback, long lowest, long highest, String effect) {
        return new Knob(property, Kind.NUMBER, fallback, Long.toString(lowest), Long.toString(highest), effect);
    }

    public static Knob duration(String property, String fallback, String lowest, String effect) {
        return new Knob(property, Kind.DURATION, fallback, lowest, LONGEST, effect);
    }

    public static Knob flag(String property, boolean fallback, String effect) {
        return new Knob(property, Kind.FLAG, Boolean.toString(fallback), "", "", effect);
    }

    public static Knob text(String property, String fallback, String effect) {
        return new Knob(property, Kind.TEXT, fallback, "", "", effect);
    }

    /**
     * The value in force.
     *
     * @param texts gives the text of a property, or {@code null} where nothing sets it
     * @throws IllegalArgumentException naming the property, the text and what was expected
     */
    public long number(UnaryOperator<@Nullable String> texts) {
        String text = text(texts);
        try {
            long value = Long.parseLong(text);
            if (value >= Long.parseLong(lowest) && value <= Long.parseLong(highest)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refusal(text, e);
        }
        throw refusal(text, null);
    }

    /** As {@link #number}, for one whose highest value is an {@code int}. */
    public int integer(UnaryOperator<@Nullable String> texts) {
        return Math.toIntExact(number(texts));
    }

    /** As {@link #number}. */
    public Duration duration(UnaryOperator<@Nullable String> texts) {
        String text = text(texts);
        try {
            Duration value = Durations.parse(text);
            if (value.compareTo(Durations.parse(lowest)) >= 0 && value.compareTo(Durations.parse(highest)) <= 0) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            throw refusal(text, e);
        }
        throw refusal(text, null);
    }

    /** As {@link #number}. */
    public boolean flag(UnaryOperator<@Nullable String> texts) {
        String text = text(texts);
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refusal(text, null);
        };
    }

    /** As {@link #number}; every text will do. */
    public String text(UnaryOperator<@Nullable String> texts) {
        String text = texts.apply(property);
        return text == null || text.isBlank() ? fallback : text.trim();
    }

    /** Whether something sets it. */
    public boolean isSet(UnaryOperator<@Nullable String> texts) {
        String text = texts.apply(property);
        return text != null && !text.isBlank();
    }

    /** Refuses a text that is no value. */
    public void check(UnaryOperator<@Nullable String> texts) {
        if (isSet(texts)) {
            switch (kind) {
                case NUMBER -> number(texts);
                case DURATION -> duration(texts);
                case FLAG -> flag(texts);
                case TEXT -> text(texts);
            }
        }
    }

    private IllegalArgumentException refusal(String text, @Nullable Throwable cause) {
        String range = lowest.isEmpty() ? "" : " from " + lowest + " to " + highest;
        return new IllegalArgumentException(property + " = '" + text + "': expected " + kind.expected + range, cause);
    }
}
