package dev.serai.credential;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a client authenticates at a token endpoint (RFC 8414 section 2, {@code token_endpoint_auth_methods_supported}). */
public enum ClientAuthMethod {
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST,
    PRIVATE_KEY_JWT;

    /** All of them, for a message. */
    public static final String NAMES =
            Arrays.stream(values()).map(ClientAuthMethod::wireName).collect(Collectors.joining(", "));

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ClientAuthMethod parse(String key, String text) {
        for (ClientAuthMethod method : values()) {
            if (method.wireName().equals(text)) {
                return method;
            }
        }
        throw new IllegalArgumentException(key + " must be one of " + NAMES);
    }
}
