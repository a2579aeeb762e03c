package dev.serai.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Security schemes as metadata of a credential. */
final class Security {
    private final JsonNode schemes;
    private final References references;
    private final String variable;

    /** @param variable what the names of environment variables begin with */
    Security(References references, String variable) {
        this.references = references;
        this.variable = variable;
        JsonNode root = references.root();
        this.schemes = root.has("swagger")
                ? root.path("securityDefinitions")
                : root.path("components").path("securitySchemes");
    }

    /** The credential of the first requirement that can be met; empty where none is needed, or none can be. */
    Map<String, Object> of(JsonNode requirements) {
        for (JsonNode requirement : requirements) {
            for (Map.Entry<String, JsonNode> scheme : requirement.properties()) {
                Map<String, Object> found = scheme(scheme.getKey(), scheme.getValue());
                if (found != null) {
                    return found;
                }
            }
        }
        return Map.of();
    }

    private @Nullable Map<String, Object> scheme(String name, JsonNode scopes) {
        JsonNode scheme = references.resolve(schemes.path(name));
        String type = scheme.path("type").asText("").toLowerCase(Locale.ROOT);
        return switch (type) {
            case "apikey" -> apiKey(scheme);
            case "basic" -> auth("LOGIN", "basic", null);
            case "http" ->
                scheme.path("scheme").asText().equalsIgnoreCase("basic")
                        ? auth("LOGIN", "basic", null)
                        : auth("TOKEN", null, null);
            case "oauth2" -> oauth(scheme, scopes);
            case "openidconnect" -> auth("TOKEN", null, null);
            default -> null;
        };
    }

    private Map<String, Object> apiKey(JsonNode scheme) {
        String name = scheme.path("name").asText("");
        return switch (scheme.path("in").asText("")) {
            case "query" -> auth("API_KEY", "query", name);
            // The variable holds name=value then.
            case "cookie" -> auth("COOKIE", "header", "Cookie");
            default ->
                name.equalsIgnoreCase("Authorization")
                        ? auth("API_KEY", "header", "Authorization")
                        : auth("API_KEY", "header", name);
        };
    }

    private Map<String, Object> auth(String kind, @Nullable String scheme, @Nullable String name) {
        Map<String, Object> auth = new LinkedHashMap<>();
        auth.put("auth_env_var", variable + "_" + kind);
        if (scheme != null) {
            auth.put("auth_scheme", scheme);
        }
        if (name != null) {
            auth.put("auth_name", name);
        }
        return auth;
    }

    /** Client credentials where there is that flow; a token that somebody got otherwise where there is not. */
    private Map<String, Object> oauth(JsonNode scheme, JsonNode scopes) {
        JsonNode flow = scheme.path("flows").path("clientCredentials");
        boolean old = scheme.path("flow").asText("").equals("application");
        String url = flow.path("tokenUrl").asText(old ? scheme.path("tokenUrl").asText("") : "");
        if (!url.startsWith("https://") && !url.startsWith("http://127.0.0.1")) {
            return auth("TOKEN", null, null);
        }
        Map<String, Object> oauth = new LinkedHashMap<>();
        oauth.put("oauth_token_url", url);
        oauth.put("oauth_client_id_env", variable + "_CLIENT_ID");
        oauth.put("oauth_client_secret_env", variable + "_CLIENT_SECRET");
        oauth.put("oauth_resource", "none");
        List<String> wanted = new ArrayList<>();
        scopes.forEach(scope -> wanted.add(scope.asText()));
        if (!wanted.isEmpty()) {
            oauth.put("oauth_scope", String.join(" ", wanted));
        }
        return oauth;
    }
}
