package dev.serai.oauth;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where tokens for one server come from.
 *
 * @param issuer its identifier (RFC 8414); {@code null} where only its token endpoint is known
 * @param tokenEndpoint where tokens are requested
 * @param methods how clients may authenticate there; empty where it does not say
 * @param algorithms with which assertions may be signed; empty where it does not say
 * @param scopes that the resource says it knows; empty where it does not say
 * @param resource what the resource calls itself; {@code null} where it was not asked
 * @param named whether the server of the capability named it, and no declaration did
 * @param publicOnly whether it must not be on this machine or its network
 */
record AuthorizationServer(
        @Nullable String issuer,
        String tokenEndpoint,
        Set<String> methods,
        Set<String> algorithms,
        Set<String> scopes,
        @Nullable String resource,
        boolean named,
        boolean publicOnly) {
    static AuthorizationServer endpoint(String tokenUrl, @Nullable String issuer) {
        return new AuthorizationServer(issuer, tokenUrl, Set.of(), Set.of(), Set.of(), null, false, false);
    }

    /** What an assertion is for (RFC 7523 section 3). */
    String audience() {
        return issuer == null ? tokenEndpoint : issuer;
    }
}
