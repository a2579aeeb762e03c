package dev.serai.mcp;

import org.jspecify.annotations.Nullable;

/** Untrusted text of an upstream, made fit for an error message. */
final class UpstreamText {
    /** The longest excerpt, in characters. */
    static final int MAX_CHARS = 500;

    private static final int LOOKED_AT_CHARS = 8_192;
    private static final String REDACTED = "[redacted]";
    private static final String ELLIPSIS = "...";

    private UpstreamText() {}

    /**
     * One line of at most {@link #MAX_CHARS} characters without control, format or lone surrogate characters.
     *
     * @param secret a text that must not appear, here the session id; {@code null} where there is none
     */
    static String excerpt(String text, @Nullable String secret) {
        String known = redacted(text, secret);
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

    /** Looks at the beginning only, and leaves no part of a secret at its end. */
    private static String redacted(String text, @Nullable String secret) {
        boolean cut = text.length() > LOOKED_AT_CHARS;
        String start = cut ? text.substring(0, LOOKED_AT_CHARS) : text;
        if (secret == null || secret.isEmpty()) {
            return start;
        }
        String clean = start.replace(secret, REDACTED);
        return cut ? withoutBeginningAtEnd(clean, secret) : clean;
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
