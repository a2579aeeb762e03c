package dev.serai.scenario;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads the values of mirrored headers. Source: MCP 2026-07-28, Streamable HTTP. */
final class Base64Text {
    private static final String BEGIN = "=?base64?";

    private Base64Text() {}

    static String decoded(@Nullable String header) {
        if (header == null || !header.startsWith(BEGIN)) {
            return String.valueOf(header);
        }
        String encoded = header.substring(BEGIN.length(), header.length() - 2);
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }
}
