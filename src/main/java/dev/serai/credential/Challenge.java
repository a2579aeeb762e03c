package dev.serai.credential;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about the token that it wants (RFC 6750 section 3, RFC 9728 section 5.1). All of it is untrusted.
 *
 * @param error the error code; {@code null} where none was given
 * @param scopes the scopes that it asks for, in their order
 * @param resourceMetadata where its metadata are; {@code null} where it does not say
 */
public record Challenge(
        @Nullable String error,
        Set<String> scopes,
        @Nullable String resourceMetadata) {
    private static final int LONGEST = 2_048;
    private static final String BEARER = "bearer";

    /** The first challenge for a bearer token in these values of {@code WWW-Authenticate}; {@code null} where there is none. */
    public static @Nullable Challenge of(List<String> values) {
        for (String value : values) {
            for (AuthenticateField.Part part : AuthenticateField.parts(value)) {
                if (part.scheme().equals(BEARER)) {
                    return of(part.parameters());
                }
            }
        }
        return null;
    }

    private static Challenge of(Map<String, String> parameters) {
        String error = parameters.get("error");
        String metadata = parameters.get("resource_metadata");
        return new Challenge(
                error == null ? null : error.toLowerCase(Locale.ROOT),
                scopes(parameters.get("scope")),
                metadata == null || metadata.length() > LONGEST ? null : metadata);
    }

    private static Set<String> scopes(@Nullable String text) {
        Set<String> scopes = text == null ? null : ScopeText.read(text);
        return scopes == null ? Set.of() : scopes;
    }

    /** Whether a token with more scopes would do (RFC 6750 section 3.1). */
    public boolean insufficientScope() {
        return "insufficient_scope".equals(error);
    }

    /** These scopes and those that the server asks for. */
    public Set<String> union(Set<String> asked) {
        Set<String> all = new LinkedHashSet<>(asked);
        all.addAll(scopes);
        return all;
    }
}
