package dev.serai.capability;

import static dev.serai.capability.ValueType.BOOLEAN;
import static dev.serai.capability.ValueType.CLIENT_AUTH;
import static dev.serai.capability.ValueType.CODES;
import static dev.serai.capability.ValueType.COUNT;
import static dev.serai.capability.ValueType.DURATION;
import static dev.serai.capability.ValueType.DURATION_OR_OFF;
import static dev.serai.capability.ValueType.ENVIRONMENT;
import static dev.serai.capability.ValueType.NETWORK;
import static dev.serai.capability.ValueType.ORIGIN;
import static dev.serai.capability.ValueType.POOL_SIZE;
import static dev.serai.capability.ValueType.ROLES;
import static dev.serai.capability.ValueType.ROUTE;
import static dev.serai.capability.ValueType.SCHEME;
import static dev.serai.capability.ValueType.SCOPE;
import static dev.serai.capability.ValueType.SECURE_URL;
import static dev.serai.capability.ValueType.SERVERS;
import static dev.serai.capability.ValueType.SESSION;
import static dev.serai.capability.ValueType.TEXT;
import static dev.serai.capability.ValueType.TRANSPORT;
import static dev.serai.capability.ValueType.WARM;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The metadata keys that mean something to the gateway; {@code docs/metadata.md} is tested against this list. */
public final class MetadataVocabulary {
    /** Stands for the provider's name in {@link Key#name()}. */
    public static final String PROVIDER = "<p>";

    static final String ANY = "-";

    private static final List<Key> FIRST = List.of(
            key(
                    "_server_url",
                    SERVERS,
                    ANY,
                    "Where the provider's server is: http, https, ws, wss, stdio:name for one that the operator lists as a command, or embedded:name for one in this process."),
            key(
                    "_server_url_override_env",
                    ENVIRONMENT,
                    ANY,
                    "The environment variable whose value, where set, replaces the server URL."),
            key(
                    "_requires_session",
                    SESSION,
                    "false",
                    "Whether calls go through a session; what precedes the key is the provider."),
            key(
                    "_auth_env_var",
                    ENVIRONMENT,
                    ANY,
                    "The environment variable that holds the credential; unset means none."),
            key("_auth_file", TEXT, ANY, "The file that holds the credential."),
            key("_auth_scheme", SCHEME, "bearer", "How the credential is sent."),
            key(
                    "_auth_name",
                    TEXT,
                    ANY,
                    "The name of the header or query parameter, where the scheme is header or query."),
            key(
                    "_auth_caller_origin",
                    ORIGIN,
                    "the caller's token stays here",
                    "The server's origin, where the caller's own token is to go to it instead of a credential of the gateway's."),
            key(
                    "_oauth_issuer",
                    SECURE_URL,
                    ANY,
                    "The authorization server that gives tokens; without it and a token URL the server says which."),
            key("_oauth_token_url", SECURE_URL, ANY, "The token endpoint, where the issuer is not to be asked for it."),
            key("_oauth_client_id", TEXT, ANY, "The client's public name."),
            key("_oauth_client_id_env", ENVIRONMENT, ANY, "The environment variable that holds it instead."),
            key(
                    "_oauth_client_secret_env",
                    ENVIRONMENT,
                    ANY,
                    "The environment variable that holds the client's secret."),
            key("_oauth_client_secret_file", TEXT, ANY, "The file that holds it."),
            key(
                    "_oauth_private_key_env",
                    ENVIRONMENT,
                    ANY,
                    "The environment variable that holds the client's private key, in PEM (PKCS #8) or as a JWK."),
            key("_oauth_private_key_file", TEXT, ANY, "The file that holds it."),
            key("_oauth_key_id", TEXT, ANY, "The name of that key at the authorization server."),
            key(
                    "_oauth_auth_method",
                    CLIENT_AUTH,
                    "what the authorization server takes",
                    "How the client authenticates at the token endpoint."),
            key("_oauth_scope", TEXT, "what the server asks for", "The scopes to ask for, with spaces between."),
            key(
                    "_oauth_resource",
                    TEXT,
                    "the server's URL",
                    "For what tokens are to be good (RFC 8707); none leaves that out."),
            key("_tool_name", TEXT, ANY, "The tool's name at the server, where it differs from the end of the id."),
            key(
                    "_method",
                    TEXT,
                    "a tool is called",
                    "The method of the provider's protocol that a call is; its arguments are the parameters, its result is"
                            + " whole."),
            key("_annotations_title", TEXT, ANY, "The title of the tool, for clients that show one."),
            key("_annotations_readOnlyHint", BOOLEAN, ANY, "Whether the tool changes nothing, as its server says."),
            key("_annotations_destructiveHint", BOOLEAN, ANY, "Whether the tool may destroy, as its server says."),
            key(
                    "_annotations_idempotentHint",
                    BOOLEAN,
                    "policy_idempotent",
                    "Whether calling twice is as calling once, as the server says."),
            key(
                    "_annotations_openWorldHint",
                    BOOLEAN,
                    ANY,
                    "Whether the tool deals with the world outside its server, as it says."),
            key("_protocol_version", TEXT, ANY, "The protocol version to offer; none means find out."),
            key(
                    "_era_expires",
                    DURATION,
                    "24h",
                    "How long it holds that a server was found to speak one era of its protocol."),
            key(
                    "_transport",
                    TRANSPORT,
                    "the provider's usual one",
                    "Another transport than the usual one: sse is HTTP with SSE at the two addresses of 2024-11-05, ws is a WebSocket."),
            key(
                    "_network",
                    NETWORK,
                    "as the configuration says for all",
                    "The way to the server that the operator lists by this name: trusted and shown certificates, and a proxy."),
            key(
                    "_listen",
                    BOOLEAN,
                    "while a client listens, or can be asked",
                    "Whether what the server tells and asks without being asked is listened to, on a stream of its session."),
            key("_open_route", ROUTE, ANY, "The route of yours that opens a session, as a provider's route does."),
            key("_close_route", ROUTE, ANY, "The route of yours that closes it."),
            key("_route", ROUTE, ANY, "The route of yours that is the capability, where the provider calls one."),
            common(
                    "session_scope",
                    SCOPE,
                    "shared; caller where callers are authenticated",
                    "Who shares a session: all with one credential, one caller, one conversation, or nobody."),
            common("session_idle", DURATION, ANY, "How long an unused session is kept."),
            common("session_max_age", DURATION, ANY, "How long a session is kept at most."),
            common("session_pool_size", POOL_SIZE, "1", "How many sessions are kept for one key."),
            common("session_concurrency", COUNT, ANY, "How many calls one session takes at a time."),
            common(
                    "session_refresh_ahead",
                    DURATION_OR_OFF,
                    "a tenth of the age, at most 1m",
                    "How long before the end of its age a session that is used is replaced in the background."),
            common(
                    "session_keep_alive",
                    DURATION_OR_OFF,
                    "off",
                    "How often an unused session is asked for at its server; asking does not prolong its idle time."),
            common(
                    "session_warm",
                    WARM,
                    "false",
                    "How many sessions are opened at start and after a reload, before the first call."),
            common(
                    "session_lost_when",
                    CODES,
                    ANY,
                    "The statuses and error codes that say that the server has lost the session."));

    private static final List<Key> ACCESS = List.of(common(
            "access_roles",
            ROLES,
            ANY,
            "The roles of which a caller needs one; a scope of a token counts as a role. None means everybody."));

    private static final List<Key> KEYS =
            Stream.of(FIRST, PolicyKeys.LIMITS, ACCESS).flatMap(List::stream).toList();

    private MetadataVocabulary() {}

    /**
     * One key.
     *
     * @param name the key, with {@link #PROVIDER} for the provider's name
     * @param type which values it takes
     * @param fallback what holds without it; {@code -} where nothing, or the gateway's configuration, does
     * @param meaning one sentence
     */
    public record Key(String name, ValueType type, String fallback, String meaning) {
        boolean matches(String key) {
            if (name.startsWith(PROVIDER)) {
                int suffix = name.length() - PROVIDER.length();
                return key.length() > suffix
                        && key.regionMatches(key.length() - suffix, name, PROVIDER.length(), suffix);
            }
            return key.equals(name);
        }
    }

    /** Every key, in the order of the documentation. */
    public static List<Key> keys() {
        return KEYS;
    }

    /** What the vocabulary says about a key; {@code null} for one that only its provider knows. */
    static @Nullable Key find(String key) {
        for (Key known : KEYS) {
            if (known.matches(key)) {
                return known;
            }
        }
        return null;
    }

    /** The keys with this beginning, for a message. */
    static String known(String beginning) {
        return String.join(
                ", ",
                KEYS.stream()
                        .map(Key::name)
                        .filter(name -> name.startsWith(beginning))
                        .toList());
    }

    private static Key key(String suffix, ValueType type, String fallback, String meaning) {
        return new Key(PROVIDER + suffix, type, fallback, meaning);
    }

    static Key common(String name, ValueType type, String fallback, String meaning) {
        return new Key(name, type, fallback, meaning);
    }
}
