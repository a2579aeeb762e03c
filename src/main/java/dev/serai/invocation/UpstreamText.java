package dev.serai.invocation;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Untrusted text of an upstream, which may quote the token or the session id that it was sent. */
public final class UpstreamText {
    /** The longest excerpt, in characters. */
    public static final int MAX_CHARS = 500;

    /** A shorter text is no secret, and would blacken half of what is said. */
    private static final int SHORTEST_SECRET = 4;

    private static final int LOOKED_AT_CHARS = 8_192;
    private static final String REDACTED = "[redacted]";
    private static final String ELLIPSIS = "...";

    private UpstreamText() {}

    /** The text without the secrets, neither as they are nor URL-encoded. */
    public static String redacted(String text, List<String> secrets) {
        String redacted = text;
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST_SECRET) {
                redacted = redacted.replace(secret, REDACTED)
                        .replace(URLEncoder.encode(secret, StandardCharsets.UTF_8), REDACTED);
            }
        }
        return redacted;
    }

    /** Those that are there, each header value also without its scheme ({@code Bearer …}). */
    public static List<String> secrets(@Nullable String... values) {
        return Arrays.stream(values)
                .filter(Objects::nonNull)
                .flatMap(value -> Stream.of(value, value.substring(value.indexOf(' ') + 1)))
                .distinct()
                .toList();
    }

    /** One line of at most {@link #MAX_CHARS} characters without secrets, control, format or lone surrogate characters. */
    public static String excerpt(String text, List<String> secrets) {
        String known = beginning(text, secrets);
        StringBuilder line = new StringBuilder(Math.min(known.length(), MAX_CHARS));
        for (int i = 0; i < known.length(); ) {
            int character = known.codePointAt(i);
            if (line.length() + Character.charCount(character) > MAX_CHARS - ELLIPSIS.length()
                    && known.length() - i > ELLIPSIS.length()) {
                return line.append(ELLIPSIS).toString();
            }
            line.appendCodePoint(isPrintable(character) ? character : ' ');
            i += Character.charCount(character);
        }
        return line.toString().strip();
    }

    /** The text with a blank in place of each control, format or lone surrogate character and line separator. */
    public static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(character -> shown.appendCodePoint(isPrintable(character) ? character : ' '));
        return shown.toString();
    }

    /** Looks at the beginning only, and leaves no part of a secret at its end. */
    private static String beginning(String text, List<String> secrets) {
        if (text.length() <= LOOKED_AT_CHARS) {
            return redacted(text, secrets);
        }
        String clean = redacted(text.substring(0, LOOKED_AT_CHARS), secrets);
        for (String secret : secrets) {
            clean = withoutBeginningAtEnd(clean, secret);
        }
        return clean;
    }

    private static String withoutBeginningAtEnd(String text, String secret) {
        for (int length = Math.min(text.length(), secret.length() - 1); length > 0; length--) {
            int start = text.length() - length;
            if (text.regionMatches(start, secret, 0, length)) {
                return text.substring(0, start);
            }
        }
        return text;
    }

    private static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
