package dev.serai.oauth;

import dev.serai.credential.OAuthRef;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Requests tokens with the client's own credential (RFC 6749 section 4.4.2, RFC 8707 section 2.2). */
final class TokenEndpoint {
    private final Web web;
    private final ClientAuthentication authentication;

    TokenEndpoint(Web web, ClientAuthentication authentication) {
        this.web = web;
        this.authentication = authentication;
    }

    TokenAnswer request(OAuthRef client, AuthorizationServer server, Set<String> scopes) {
        Map<String, String> headers = new HashMap<>();
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        if (!scopes.isEmpty()) {
            form.put("scope", String.join(" ", scopes));
        }
        String resource = client.resource(server.resource());
        if (resource != null) {
            form.put("resource", resource);
        }
        authentication.add(client, server, headers, form);
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return TokenAnswer.read(
                server.tokenEndpoint(), web.post(server.tokenEndpoint(), headers, body, server.publicOnly()));
    }
}
