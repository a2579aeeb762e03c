package dev.serai.credential;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which client a declaration names (RFC 6749 section 4.4), and where its tokens come from. It holds no secret.
 *
 * @param tokenUrl the token endpoint; {@code null} where it is to be found
 * @param issuer the authorization server (RFC 8414); {@code null} where the server of the capability names it
 * @param clientId the client's public name; {@code null} where a variable holds it
 * @param clientIdEnv the variable
 * @param secret where the client's secret is; {@link Place#NONE} where it has a key
 * @param key where the client's private key is; {@link Place#NONE} where it has a secret
 * @param keyId the {@code kid} of the key
 * @param method how the client authenticates; {@code null} leaves it to the authorization server
 * @param scope the scopes to ask for; {@code null} where the server says which
 * @param resource for which server tokens are to be good (RFC 8707); {@code null} where that is not to be said
 * @param serverUrl the server of the capability
 */
public record OAuthRef(
        @Nullable String tokenUrl,
        @Nullable String issuer,
        @Nullable String clientId,
        @Nullable String clientIdEnv,
        Place secret,
        Place key,
        @Nullable String keyId,
        @Nullable ClientAuthMethod method,
        @Nullable String scope,
        @Nullable String resource,
        String serverUrl) {
    private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[\\x21-\\x7e&&[^#\"\\\\]]+");
    private static final int LONGEST = 512;

    private static final Set<String> NAMES = new TreeSet<>(Set.of(
            "token_url",
            "issuer",
            "client_id",
            "client_id_env",
            "client_secret_env",
            "client_secret_file",
            "private_key_env",
            "private_key_file",
            "key_id",
            "auth_method",
            "scope",
            "resource"));

    /** A variable, or a file, which wins if it exists. */
    public record Place(@Nullable String variable, @Nullable Path file) {
        public static final Place NONE = new Place(null, null);

        public boolean isNone() {
            return variable == null && file == null;
        }
    }

    /**
     * The client in {@code <provider>_oauth_…}; {@code null} where there is no such key.
     *
     * @param serverUrl the server of the capability, empty where none is known
     * @throws IllegalArgumentException naming the key, what was expected and, unless it may be a secret, what stood there
     */
    static @Nullable OAuthRef from(Map<String, String> metadata, String provider, String serverUrl) {
        Keys keys = new Keys(metadata, provider + "_oauth_");
        if (!keys.any()) {
            return null;
        }
        Place secret = keys.place("client_secret");
        Place key = keys.place("private_key");
        if (secret.isNone() == key.isNone()) {
            throw new IllegalArgumentException(keys.prefix + "client_secret_env (or …_file) or " + keys.prefix
                    + "private_key_env (or …_file) is needed, and not both");
        }
        String id = keys.text("client_id");
        String idEnv = keys.variable("client_id_env");
        if ((id == null) == (idEnv == null)) {
            throw new IllegalArgumentException(
                    keys.prefix + "client_id or " + keys.prefix + "client_id_env is needed, and not both");
        }
        return new OAuthRef(
                keys.url("token_url"),
                keys.url("issuer"),
                id,
                idEnv,
                secret,
                key,
                keys.text("key_id"),
                keys.method(!secret.isNone()),
                keys.scope(),
                keys.resource(serverUrl),
                serverUrl);
    }

    /** The URL by which a server is known as a resource (RFC 8707 section 2); {@code null} where it has none. */
    private static @Nullable String canonical(String serverUrl) {
        if (!serverUrl.startsWith("http")) {
            return null;
        }
        String plain = serverUrl.replaceFirst("[?#].*$", "");
        return plain.indexOf('/', plain.indexOf("//") + 2) == plain.length() - 1
                ? plain.substring(0, plain.length() - 1)
                : plain;
    }

    /** What tokens are to be good for, where a server calls itself this: the declared resource, if there is one. */
    public @Nullable String resource(@Nullable String named) {
        return named != null && resource != null && resource.equals(canonical(serverUrl)) ? named : resource;
    }

    private static final class Keys {
        private final Map<String, String> metadata;
        private final String prefix;

        Keys(Map<String, String> metadata, String prefix) {
            this.metadata = metadata;
            this.prefix = prefix;
        }

        boolean any() {
            boolean any = false;
            for (String key : metadata.keySet()) {
                if (key.startsWith(prefix)) {
                    any = true;
                    if (!NAMES.contains(key.substring(prefix.length()))) {
                        throw new IllegalArgumentException(
                                "unknown key " + key + "; known are " + prefix + "… with " + String.join(", ", NAMES));
                    }
                }
            }
            return any;
        }

        @Nullable
        String text(String name) {
            String text = metadata.get(prefix + name);
            if (text == null || text.isBlank()) {
                return null;
            }
            if (text.length() > LONGEST || text.chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw new IllegalArgumentException(
                        prefix + name + " must be at most " + LONGEST + " printable characters of ASCII");
            }
            return text.strip();
        }

        @Nullable
        String variable(String name) {
            String variable = text(name);
            if (variable != null && !VARIABLE_NAME.matcher(variable).matches()) {
                // the text itself may be a secret that was put in the wrong place
                throw new IllegalArgumentException(prefix + name
                        + " must be the name of an environment variable (letters, digits and _), not its value");
            }
            return variable;
        }

        Place place(String name) {
            String file = text(name + "_file");
            try {
                return new Place(variable(name + "_env"), file == null ? null : Path.of(file));
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(prefix + name + "_file is not a path: " + e.getReason(), e);
            }
        }

        @Nullable
        String url(String name) {
            String url = text(name);
            if (url != null && !SecureUrl.isAllowed(url)) {
                throw new IllegalArgumentException(prefix + name + " must be " + SecureUrl.EXPECTED);
            }
            return url;
        }

        @Nullable
        ClientAuthMethod method(boolean hasSecret) {
            String text = text("auth_method");
            ClientAuthMethod method = text == null ? null : ClientAuthMethod.parse(prefix + "auth_method", text);
            if (method == null) {
                return hasSecret ? null : ClientAuthMethod.PRIVATE_KEY_JWT;
            }
            if ((method == ClientAuthMethod.PRIVATE_KEY_JWT) == hasSecret) {
                throw new IllegalArgumentException(prefix + "auth_method = " + method.wireName() + " needs " + prefix
                        + (hasSecret ? "private_key_env or …_file" : "client_secret_env or …_file"));
            }
            return method;
        }

        @Nullable
        String scope() {
            String text = text("scope");
            Set<String> scopes = text == null ? null : ScopeText.read(text);
            if (text != null && scopes == null) {
                throw new IllegalArgumentException(prefix + "scope must be at most " + ScopeText.MOST
                        + " scopes with spaces between (RFC 6749, 3.3)");
            }
            return scopes == null ? null : String.join(" ", scopes);
        }

        @Nullable
        String resource(String serverUrl) {
            String text = text("resource");
            if (text == null) {
                return canonical(serverUrl);
            }
            if (text.toLowerCase(Locale.ROOT).equals("none")) {
                return null;
            }
            if (!ABSOLUTE.matcher(text).matches()) {
                throw new IllegalArgumentException(
                        prefix + "resource must be an absolute URI without fragment (RFC 8707, 2), or none");
            }
            return text;
        }
    }
}
