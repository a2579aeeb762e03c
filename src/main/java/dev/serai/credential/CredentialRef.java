package dev.serai.credential;

import java.net.URI;
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
 * @param callerOrigin the origin to which the caller's own token goes; {@code null} where it is not passed through
 * @param oauth the client whose tokens it is; {@code null} where it is in a variable or file
 */
public record CredentialRef(
        @Nullable String envVar,
        @Nullable Path file,
        AuthScheme scheme,
        @Nullable String name,
        @Nullable String callerOrigin,
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

    private static final String CALLER_ORIGIN = "caller_origin";

    /** The reference of a declaration that names no credential. */
    public static final CredentialRef NONE = new CredentialRef(null, null, AuthScheme.BEARER, null);

    CredentialRef(@Nullable String envVar, @Nullable Path file, AuthScheme scheme, @Nullable String name) {
        this(envVar, file, scheme, name, null, null);
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
            return new CredentialRef(null, null, AuthScheme.BEARER, null, null, oauth);
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
        String name = name(metadata, prefix + "name", scheme);
        if (metadata.containsKey(prefix + CALLER_ORIGIN)) {
            return callers(metadata, prefix, scheme, name, serverUrl, variable == null && file == null);
        }
        return new CredentialRef(variable, file, scheme, name);
    }

    private static CredentialRef callers(
            Map<String, String> metadata,
            String prefix,
            AuthScheme scheme,
            @Nullable String name,
            String serverUrl,
            boolean only) {
        String key = prefix + CALLER_ORIGIN;
        if (!only) {
            throw new IllegalArgumentException(
                    key + " names a second credential beside a variable or file: remove one of them");
        }
        if (scheme != AuthScheme.BEARER && scheme != AuthScheme.HEADER) {
            throw new IllegalArgumentException(
                    key + " needs the scheme bearer or header: a token belongs neither into a URL nor to a password");
        }
        String origin = text(metadata, key);
        if (origin == null
                || !SecureUrl.isAllowed(origin)
                || !URI.create(origin).getRawSchemeSpecificPart().matches("//[^/?]+/?")) {
            throw new IllegalArgumentException(
                    key + " must be the origin of the server, such as https://api.example.org"
                            + " (https, or http with a loopback address; no path)");
        }
        String known = SecureUrl.origin(origin);
        if (!SecureUrl.isAllowed(serverUrl) || !SecureUrl.origin(serverUrl).equals(known)) {
            throw new IllegalArgumentException(key + " is " + known
                    + ", which is not the origin of the server URL: the caller's token goes nowhere else");
        }
        return new CredentialRef(null, null, scheme, name, known, null);
    }

    /** Whether it is the token of whoever calls. */
    public boolean isCallers() {
        return callerOrigin != null;
    }

    /** Whether no credential is named at all. */
    public boolean isNone() {
        return envVar == null && file == null && oauth == null && callerOrigin == null;
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
