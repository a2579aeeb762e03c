package dev.serai.mcp;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Text as the value of a header. Source: MCP 2026-07-28, Streamable HTTP, encoding of mirrored values. */
final class HeaderText {
    private static final String BEGIN = "=?base64?";
    private static final String END = "?=";

    private HeaderText() {}

    /** As it is where a header can hold it, else in base64, which its beginning and end tell. */
    static String encode(String text) {
        return isPlain(text)
                ? text
                : BEGIN + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + END;
    }

    private static boolean isPlain(String text) {
        if (text.isEmpty() || text.startsWith(BEGIN)) {
            return text.isEmpty();
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return text.charAt(0) != ' ' && text.charAt(text.length() - 1) != ' ';
    }
}
