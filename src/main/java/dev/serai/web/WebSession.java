package dev.serai.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Capability;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What a login gave and every call of its session carries: a token, cookies, a token against forged requests. */
public final class WebSession {
    private static final String ID = "id";
    private static final String COOKIE = "cookie";
    private static final String CSRF = "csrf";
    private static final String EXPIRES = "expires_in";
    private static final int MAX_COOKIES = 50;
    /** 404 says that a thing is not there, not a session; 401 is one in any case. */
    private static final String LOST = "419,440";

    private WebSession() {}

    /**
     * The facts of the session that a login's answer gives, as {@code <p>_login_token}, {@code _login_cookie},
     * {@code _login_csrf} and {@code _login_expires} say where they are.
     *
     * @param answer the body of the answer; missing where it has none
     * @throws CapabilityException {@code session_unavailable} where none of what is declared is in the answer
     */
    public static Map<String, String> facts(Capability capability, JsonNode answer, Message message) {
        Map<String, String> cookies = cookies(message.getHeader("Set-Cookie"));
        Map<String, String> facts = new LinkedHashMap<>();
        String token = found(capability.providerSetting("login_token"), answer, message, null);
        String cookie = cookie(capability.providerSetting("login_cookie"), cookies, token == null);
        if (token == null && cookie == null) {
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    "the login's answer holds neither the token nor the cookie of a session: see "
                            + capability.provider() + "_login_token and _login_cookie");
        }
        facts.put(ID, token != null ? token : cookie);
        facts.put("lostWhen", LOST);
        if (token != null && cookie != null) {
            facts.put(COOKIE, cookie);
        }
        String csrf = found(capability.providerSetting("login_csrf"), answer, message, cookies);
        if (csrf != null) {
            facts.put(CSRF, csrf);
        }
        String expires = capability.providerSetting("login_expires");
        if (expires != null && answer.at(expires).canConvertToInt()) {
            facts.put(EXPIRES, Integer.toString(answer.at(expires).asInt()));
        }
        facts.values().forEach(value -> sendable(value, "the login's answer"));
        return facts;
    }

    /** Puts on a request what its session gave. */
    public static void attach(Message message, Capability capability, Session session) {
        String id = session.id();
        if (id == null) {
            return;
        }
        boolean byToken = capability.providerSetting("login_token") != null;
        if (byToken) {
            String header = capability.providerSetting("token_header", "Authorization");
            String scheme = capability.providerSetting("token_scheme", "Bearer");
            SentHeader.set(message, header, scheme.equals("none") ? id : scheme + " " + id);
        }
        String cookie = byToken ? session.fact(COOKIE) : id;
        if (cookie != null) {
            addCookie(message, cookie);
        }
        String csrf = session.fact(CSRF);
        if (csrf != null) {
            SentHeader.set(message, capability.providerSetting("csrf_header", "X-CSRF-Token"), csrf);
        }
    }

    /** Adds {@code name=value} pairs to those that the request has. */
    public static void addCookie(Message message, String pairs) {
        Object before = message.getHeader("Cookie");
        SentHeader.set(message, "Cookie", before instanceof SentHeader sent ? sent.value() + "; " + pairs : pairs);
    }

    /** By a JSON pointer, or else by the name of a header or of a cookie. */
    private static @Nullable String found(
            @Nullable String where, JsonNode answer, Message message, @Nullable Map<String, String> cookies) {
        if (where == null) {
            return null;
        }
        if (where.startsWith("/")) {
            JsonNode value = answer.at(where);
            return value.isValueNode() && !value.isNull() && !value.asText().isEmpty() ? value.asText() : null;
        }
        return cookies != null ? cookies.get(where) : message.getHeader(where, String.class);
    }

    /** One cookie, or all of them where none is named but one is needed. */
    private static @Nullable String cookie(@Nullable String name, Map<String, String> cookies, boolean needed) {
        if (name == null && !needed) {
            return null;
        }
        StringBuilder pairs = new StringBuilder();
        cookies.forEach((key, value) -> {
            if (name == null || name.equals("*") || name.equals(key)) {
                pairs.append(pairs.isEmpty() ? "" : "; ")
                        .append(key)
                        .append('=')
                        .append(value);
            }
        });
        return pairs.isEmpty() ? null : pairs.toString();
    }

    private static Map<String, String> cookies(@Nullable Object header) {
        Map<String, String> cookies = new LinkedHashMap<>();
        List<?> lines = header instanceof List<?> all ? all : header == null ? List.of() : List.of(header);
        for (Object line : lines) {
            String pair = line.toString().split(";", 2)[0];
            int equals = pair.indexOf('=');
            if (equals > 0 && cookies.size() < MAX_COOKIES) {
                cookies.put(
                        pair.substring(0, equals).strip(),
                        pair.substring(equals + 1).strip());
            }
        }
        return cookies;
    }

    /**
     * The text itself where a header can carry it.
     *
     * @throws CapabilityException {@code upstream_protocol_error} where none can
     */
    private static void sendable(String value, String where) {
        if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, where + " holds a character that no header can carry");
        }
    }
}
