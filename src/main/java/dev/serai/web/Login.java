package dev.serai.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.credential.Credential;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a login sends: the credential, in fields that the declaration names. */
public final class Login {
    private static final String BASIC = "Basic ";

    private Login() {}

    /**
     * The credential by its field names: {@code <p>_login_fields}, else {@code username} and {@code password} of a basic
     * credential and {@code token} of any other; beside what {@code <p>_login_body} has.
     *
     * @throws CapabilityException {@code session_unavailable} where there is no credential
     */
    public static ObjectNode fields(UpstreamCall call) {
        Capability capability = call.capability();
        ObjectNode fields = extra(capability.providerSetting("login_body"));
        List<String> values = values(call.credential());
        if (values.isEmpty()) {
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    "there is no credential to log in with: see " + capability.provider() + "_auth_env_var");
        }
        List<String> names = names(capability.providerSetting("login_fields"), values.size());
        for (int i = 0; i < values.size(); i++) {
            fields.put(names.get(i), values.get(i));
        }
        return fields;
    }

    private static List<String> names(@Nullable String declared, int count) {
        if (declared == null) {
            return count == 2 ? List.of("username", "password") : List.of("token");
        }
        List<String> names = List.of(declared.strip().split("\\s*,\\s*", -1));
        if (names.size() != count) {
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    "login_fields names " + names.size() + " fields, and the credential has " + count + " parts");
        }
        return names;
    }

    private static ObjectNode extra(@Nullable String body) {
        if (body == null) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            return (ObjectNode) Json.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the body was checked when it was loaded", e);
        }
    }

    /** Whether this is what {@code <p>_login_body} takes. */
    static boolean isObject(String json) {
        try {
            JsonNode tree = Json.MAPPER.readTree(json);
            return tree != null && tree.isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** User and password, or the one secret there is. */
    private static List<String> values(Credential credential) {
        String header = credential.headerValue();
        if (header == null) {
            String query = credential.queryValue();
            return query == null ? List.of() : List.of(query);
        }
        if (!header.startsWith(BASIC)) {
            return List.of(header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : header);
        }
        String pair = new String(Base64.getDecoder().decode(header.substring(BASIC.length())), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        return List.of(pair.substring(0, colon), pair.substring(colon + 1));
    }
}
