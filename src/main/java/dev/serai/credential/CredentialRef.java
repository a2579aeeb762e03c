package dev.serai.credential;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a declaration says that the credential is, and how it is sent. It holds no secret.
 *
 * @param envVar the environment variable; {@code null} for none
 * @param file the file, which wins over the variable if it exists; {@code null} for none
 * @param name the header or query parameter, for {@link AuthScheme#HEADER} and {@link AuthScheme#QUERY} only
 * @param oauth the client whose tokens it is; {@code null} where it is in a variable or file
 */
public record CredentialRef(
        @Nullable String envVar,
        @Nullable Path file,
        AuthScheme scheme,
        @Nullable String name,
        @Nullable OAuthRef oauth) {
    /** A field name (RFC 9110, 5.1 and 5.6.2). */
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");

    private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Headers that steer the connection or describe the body. */
    private static final Set<String> RESERVED_HEADERS = Set.of(
            "accept",
            "accept-encoding",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** The reference of a declaration that names no credential. */
    public static final CredentialRef NONE = new CredentialRef(null, null, AuthScheme.BEARER, null);

    CredentialRef(@Nullable String envVar, @Nullable Path file, AuthScheme scheme, @Nullable String name) {
        this(envVar, file, scheme, name, null);
    }

    /**
     * The reference in {@code <provider>_auth_env_var}, {@code _auth_file}, {@code _auth_scheme} (default
     * {@code bearer}) and {@code _auth_name}, or in {@code <provider>_oauth_…}.
     *
     * @param serverUrl the server of the capability, empty where none is known
     * @throws IllegalArgumentException naming the key, what was expected and what stood there
     */
    public static CredentialRef from(Map<String, String> metadata, String provider, String serverUrl) {
        String prefix = provider + "_auth_";
        OAuthRef oauth = OAuthRef.from(metadata, provider, serverUrl);
        if (oauth != null) {
            for (String key : metadata.keySet()) {
                if (key.startsWith(prefix)) {
                    throw new IllegalArgumentException(
                            key + " names a second credential beside " + provider + "_oauth_…: remove one of them");
                }
            }
            return new CredentialRef(null, null, AuthScheme.BEARER, null, oauth);
        }
        String variable = text(metadata, prefix + "env_var");
        if (variable != null && !VARIABLE_NAME.matcher(variable).matches()) {
            // the text itself may be a token that was put in the wrong place
            throw new IllegalArgumentException(prefix + "env_var must be the name of an environment variable"
                    + " (letters, digits and _), not its value");
        }
        String schemeText = text(metadata, prefix + "scheme");
        AuthScheme scheme = schemeText == null ? AuthScheme.BEARER : AuthScheme.parse(prefix + "scheme", schemeText);
        Path file = path(prefix + "file", text(metadata, prefix + "file"));
        return new CredentialRef(variable, file, scheme, name(metadata, prefix + "name", scheme));
    }

    /** Whether no credential is named at all. */
    public boolean isNone() {
        return envVar == null && file == null && oauth == null;
    }

    private static @Nullable String name(Map<String, String> metadata, String key, AuthScheme scheme) {
        String name = text(metadata, key);
        if (!scheme.needsName()) {
            if (name != null) {
                throw new IllegalArgumentException(key + " needs the scheme header or query, but the scheme is "
                        + scheme.name().toLowerCase(Locale.ROOT));
            }
            return null;
        }
        if (name == null) {
            throw new IllegalArgumentException(key + " is missing: the name of the "
                    + (scheme == AuthScheme.HEADER ? "header" : "query parameter") + " that carries the credential");
        }
        if (scheme == AuthScheme.HEADER && !isUsableHeader(name)) {
            throw new IllegalArgumentException(
                    key + " must be a header name (RFC 9110) that does not steer the connection, was '" + name + "'");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(key + " holds a control character");
        }
        return name;
    }

    private static boolean isUsableHeader(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return HEADER_NAME.matcher(name).matches() && !RESERVED_HEADERS.contains(lower) && !isProxyHeader(lower);
    }

    private static boolean isProxyHeader(String lower) {
        return lower.startsWith("proxy-");
    }

    private static @Nullable Path path(String key, @Nullable String text) {
        try {
            return text == null ? null : Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(key + " is not a path: " + e.getReason(), e);
        }
    }

    private static @Nullable String text(Map<String, String> metadata, String key) {
        String text = metadata.get(key);
        return text == null || text.isBlank() ? null : text.strip();
    }
}
