package dev.serai.credential;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a credential travels to the upstream. */
public enum AuthScheme {
    /** {@code Authorization: Bearer <value>} (RFC 6750). */
    BEARER,
    /** {@code Authorization: Basic <base64 of user:password>} (RFC 7617). */
    BASIC,
    /** A request header of its own that holds the bare value. */
    HEADER,
    /** A query parameter. */
    QUERY;

    /** The scheme of this name in any case; else an error that names them all. */
    static AuthScheme parse(String key, String text) {
        for (AuthScheme scheme : values()) {
            if (scheme.name().equalsIgnoreCase(text.strip())) {
                return scheme;
            }
        }
        String known = Arrays.stream(values())
                .map(scheme -> scheme.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw new IllegalArgumentException(key + " must be one of " + known + ", was '" + text + "'");
    }

    /** Whether a declaration must name the header or parameter. */
    boolean needsName() {
        return this == HEADER || this == QUERY;
    }
}
