package dev.serai.entry;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;

/** Percent-encoding of paths (RFC 3986): unlike in a query, {@code +} is a plus sign. */
final class Percent {
    private Percent() {}

    /** @throws IllegalArgumentException where a {@code %} is not followed by two hexadecimal digits */
    static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        return QueryStringDecoder.decodeComponent(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
