package dev.serai.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.credential.OAuthRef;
import dev.serai.credential.SecureUrl;
import dev.serai.http.ServerName;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where tokens for a server come from: what the server says of itself (RFC 9728), then what that authorization
 * server says (RFC 8414, OpenID Connect Discovery). At most six requests.
 */
final class Discovery {
    private static final String RESOURCE = "/.well-known/oauth-protected-resource";
    private static final String SERVER = "/.well-known/oauth-authorization-server";
    private static final String OPENID = "/.well-known/openid-configuration";
    private static final int MOST = 64;

    private final Web web;

    Discovery(Web web) {
        this.web = web;
    }

    /**
     * Where the client's tokens come from.
     *
     * @param metadataUrl what the server named as the place of its metadata; {@code null} where it named none
     * @param pinned the issuer that was found before; {@code null} before that
     */
    AuthorizationServer find(OAuthRef client, @Nullable String metadataUrl, @Nullable String pinned) {
        if (client.tokenUrl() != null) {
            return AuthorizationServer.endpoint(client.tokenUrl(), client.issuer());
        }
        if (client.issuer() != null) {
            return server(client.issuer(), Set.of(), null, false, false);
        }
        String origin = SecureUrl.origin(client.serverUrl());
        boolean publicOnly = !web.isPrivate(origin);
        JsonNode resource = resource(client.serverUrl(), origin, metadataUrl);
        if (resource == null) {
            // As servers of MCP 2025-03-26 do, which know no metadata of resources.
            return server(pinned(List.of(origin), pinned, origin), Set.of(), null, true, publicOnly);
        }
        String issuer = pinned(texts(resource, "authorization_servers"), pinned, origin);
        return server(issuer, Set.copyOf(texts(resource, "scopes_supported")), name(resource), true, publicOnly);
    }

    /** The one found before, which the server cannot change; else the first that it names. */
    private static String pinned(List<String> named, @Nullable String pinned, String origin) {
        if (named.isEmpty()) {
            throw Failures.refused(origin, "its metadata name no authorization server");
        }
        if (pinned == null) {
            return named.get(0);
        }
        if (!named.contains(pinned)) {
            throw Failures.refused(
                    origin,
                    "it named " + ServerName.of(pinned) + " as its authorization server, and now names others: where"
                            + " that is right, start the gateway again, or declare oauth_issuer");
        }
        return pinned;
    }

    private @Nullable JsonNode resource(String serverUrl, String origin, @Nullable String metadataUrl) {
        String path = path(serverUrl);
        Set<String> places = new LinkedHashSet<>();
        if (metadataUrl != null) {
            if (!isBelow(metadataUrl, origin)) {
                throw Failures.refused(origin, "it names a place of another origin for its metadata");
            }
            places.add(metadataUrl);
        } else {
            places.add(origin + RESOURCE + path);
            places.add(origin + RESOURCE);
        }
        for (String place : places) {
            Web.Document document = web.get(place, false);
            JsonNode json = document.json();
            if (document.isOk() && json != null) {
                if (!isResource(json.path("resource").asText(""), serverUrl)) {
                    throw Failures.refused(origin, "its metadata are those of another resource (RFC 9728, 3.3)");
                }
                return json;
            }
        }
        if (metadataUrl != null) {
            throw Failures.refused(origin, "its metadata are not where it says they are");
        }
        return null;
    }

    /** The URL itself, or a path above it. */
    private static boolean isResource(String named, String serverUrl) {
        try {
            if (named.indexOf('#') >= 0 || !isBelow(named, SecureUrl.origin(serverUrl))) {
                return false;
            }
        } catch (IllegalArgumentException e) {
            return false;
        }
        String above = path(named);
        String path = path(serverUrl);
        return path.equals(above) || path.startsWith(above + "/");
    }

    private static boolean isBelow(String url, String origin) {
        try {
            URI uri = new URI(url);
            return uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && SecureUrl.origin(url).equals(origin);
        } catch (java.net.URISyntaxException e) {
            return false;
        }
    }

    private static String name(JsonNode resource) {
        return resource.path("resource").asText();
    }

    private AuthorizationServer server(
            String issuer, Set<String> scopes, @Nullable String resource, boolean named, boolean publicOnly) {
        if (!SecureUrl.isAllowed(issuer) || issuer.indexOf('?') >= 0) {
            throw Failures.refused("the authorization server that the server names is not usable: expected "
                    + SecureUrl.EXPECTED + ", and no query");
        }
        for (String place : places(issuer)) {
            Web.Document document = web.get(place, publicOnly);
            JsonNode json = document.json();
            if (document.isOk() && json != null) {
                return read(json, issuer, scopes, resource, named, publicOnly);
            }
        }
        throw Failures.refused(issuer, "it publishes no metadata (RFC 8414, OpenID Connect Discovery)");
    }

    /** RFC 8414 section 3.1 and 5, and OpenID Connect Discovery 1.0 section 4. */
    private static Set<String> places(String issuer) {
        String origin = SecureUrl.origin(issuer);
        String path = path(issuer);
        Set<String> places = new LinkedHashSet<>();
        places.add(origin + SERVER + path);
        places.add(origin + OPENID + path);
        places.add(origin + path + OPENID);
        return places;
    }

    private static AuthorizationServer read(
            JsonNode json,
            String issuer,
            Set<String> scopes,
            @Nullable String resource,
            boolean named,
            boolean publicOnly) {
        String own = json.path("issuer").asText("");
        if (!plain(own).equals(plain(issuer))) {
            throw Failures.refused(
                    issuer,
                    "its metadata are those of another issuer (RFC 8414, 3.3); is oauth_issuer written as it is?");
        }
        String endpoint = json.path("token_endpoint").asText("");
        if (!SecureUrl.isAllowed(endpoint)) {
            throw Failures.refused(issuer, "its token_endpoint is not usable: expected " + SecureUrl.EXPECTED);
        }
        return new AuthorizationServer(
                issuer,
                endpoint,
                Set.copyOf(texts(json, "token_endpoint_auth_methods_supported")),
                Set.copyOf(texts(json, "token_endpoint_auth_signing_alg_values_supported")),
                scopes,
                resource,
                named,
                publicOnly);
    }

    /** An empty path and a slash are the same (RFC 3986 section 6.2.3); nothing else is. */
    private static String plain(String issuer) {
        return issuer.endsWith("/") && issuer.indexOf('/', issuer.indexOf("//") + 2) == issuer.length() - 1
                ? issuer.substring(0, issuer.length() - 1)
                : issuer;
    }

    /** Without a slash at its end. */
    private static String path(String url) {
        String path = URI.create(url).getRawPath();
        return path == null ? "" : path.replaceFirst("/+$", "");
    }

    private static List<String> texts(JsonNode json, String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : json.path(name)) {
            if (each.isTextual() && texts.size() < MOST && !texts.contains(each.asText())) {
                texts.add(each.asText());
            }
        }
        return texts;
    }
}
