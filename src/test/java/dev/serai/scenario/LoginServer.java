package dev.serai.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server with logins, in two forms. As an HTTP API: {@code POST /login} with user and password gives a token, a cookie and a token
 * against forged requests, which {@code POST /work} wants, and {@code POST /logout} ends. As GraphQL: {@code POST /graphql} with
 * the mutations login and logout and the query work.
 */
final class LoginServer implements AutoCloseable {
    static final String LOGIN = "ada:pass:word";

    private final StubServer server = new StubServer(this::serve);
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger logouts = new AtomicInteger();
    private final AtomicInteger works = new AtomicInteger();

    String url() {
        return server.uri().toString();
    }

    int logins() {
        return logins.get();
    }

    int logouts() {
        return logouts.get();
    }

    int works() {
        return works.get();
    }

    void lose() {
        tokens.clear();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        JsonNode request = TestGateway.tree(body.isEmpty() ? "{}" : body);
        switch (exchange.getRequestURI().getPath()) {
            case "/login" -> login(exchange, request);
            case "/work" -> work(exchange);
            case "/logout" -> {
                logouts.addAndGet(tokens.remove(token(exchange)) ? 1 : 0);
                StubServer.answer(exchange, 204, "");
            }
            case "/graphql" -> graphql(exchange, request);
            default -> StubServer.answer(exchange, 404, "{}");
        }
    }

    private String newToken(JsonNode fields) {
        boolean known = (fields.path("username").asText() + ":"
                        + fields.path("password").asText())
                .equals(LOGIN);
        if (!known) {
            return "";
        }
        String token = "token-" + logins.incrementAndGet();
        tokens.add(token);
        return token;
    }

    private static String token(HttpExchange exchange) {
        String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        return header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : "";
    }

    private void login(HttpExchange exchange, JsonNode request) throws IOException {
        String token = newToken(request);
        if (token.isEmpty() || exchange.getRequestHeaders().containsKey("Authorization")) {
            StubServer.answer(exchange, 401, "{}");
            return;
        }
        exchange.getResponseHeaders().add("Set-Cookie", "sid=" + token + "; Path=/; HttpOnly");
        exchange.getResponseHeaders().add("Set-Cookie", "csrf=c-" + token + "; Path=/");
        StubServer.answer(exchange, 200, "{\"data\":{\"token\":\"" + token + "\",\"expires\":3600}}");
    }

    private void work(HttpExchange exchange) throws IOException {
        String token = token(exchange);
        String cookies = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
        boolean whole = cookies.equals("sid=" + token)
                && ("c-" + token).equals(exchange.getRequestHeaders().getFirst("X-CSRF-Token"));
        if (!tokens.contains(token)) {
            StubServer.answer(exchange, 401, "{}");
        } else if (!whole) {
            StubServer.answer(exchange, 400, "{}");
        } else {
            StubServer.answer(exchange, 200, "{\"work\":" + works.incrementAndGet() + "}");
        }
    }

    private void graphql(HttpExchange exchange, JsonNode request) throws IOException {
        String query = request.path("query").asText();
        if (query.contains("login")) {
            String token = newToken(request.path("variables"));
            StubServer.answer(
                    exchange,
                    200,
                    token.isEmpty()
                            ? "{\"errors\":[{\"message\":\"not "
                                    + request.at("/variables/password").asText() + "\"}]}"
                            : "{\"data\":{\"login\":{\"token\":\"" + token + "\"}}}");
        } else if (!tokens.contains(token(exchange))) {
            StubServer.answer(
                    exchange,
                    200,
                    "{\"data\":null,\"errors\":[{\"message\":\"log in\",\"extensions\":{\"code\":\"UNAUTHENTICATED\"}}]}");
        } else if (query.contains("logout")) {
            logouts.incrementAndGet();
            tokens.remove(token(exchange));
            StubServer.answer(exchange, 200, "{\"data\":{\"logout\":true}}");
        } else {
            StubServer.answer(exchange, 200, "{\"data\":{\"work\":" + works.incrementAndGet() + "}}");
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
