package dev.serai.observe;

import org.jspecify.annotations.Nullable;

/**
 * The fields of one line. What a caller made up stands in quotes, with everything but printable ASCII escaped, so that
 * nobody forges a line or a field.
 */
final class AuditFields {
    private static final String NONE = "-";
    private static final int USUAL_LENGTH = 200;

    private final StringBuilder line = new StringBuilder(USUAL_LENGTH);

    AuditFields with(String name, @Nullable String value) {
        if (!line.isEmpty()) {
            line.append(' ');
        }
        line.append(name).append('=');
        if (value == null) {
            line.append(NONE);
        } else if (isPlain(value)) {
            line.append(value);
        } else {
            quote(value);
        }
        return this;
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty()
                && !value.equals(NONE)
                && value.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "._:/@+-".indexOf(c) >= 0);
    }

    private void quote(String value) {
        line.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
