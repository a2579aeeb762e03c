package dev.serai.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An MCP server of which a test says what it answers, method by method; other methods are not found. */
final class McpStub implements AutoCloseable {
    static final String VERSION = "2026-07-28";
    private static final int HEADER_MISMATCH = -32020;

    private final StubServer server = new StubServer(this::handle);
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<Request> seen = new CopyOnWriteArrayList<>();

    /** Answers one request. */
    @FunctionalInterface
    interface Script {
        void answer(Request request) throws IOException, InterruptedException;
    }

    /** One request, and ways to answer it. */
    record Request(HttpExchange http, JsonNode message) {
        /**
         * Of a message that is an answer: {@code answer}; of several messages {@code batch}; of a request without a body its
         * HTTP method.
         */
        String method() {
            if (message.isMissingNode()) {
                return http.getRequestMethod();
            }
            return message.isArray() ? "batch" : message.path("method").asText("answer");
        }

        JsonNode params() {
            return message.path("params");
        }

        JsonNode meta(String name) {
            return params().path("_meta").path("io.modelcontextprotocol/" + name);
        }

        @Nullable
        String header(String name) {
            return http.getRequestHeaders().getFirst(name);
        }

        void result(String json) throws IOException {
            StubServer.answer(http, 200, answer(json));
        }

        void error(int status, int code, String text) throws IOException {
            StubServer.answer(
                    http,
                    status,
                    "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\"}}"
                            .formatted(message.isArray() ? "null" : message.path("id"), code, text));
        }

        void accepted() throws IOException {
            StubServer.answer(http, 202, "");
        }

        String answer(String resultJson) {
            return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}".formatted(message.path("id"), resultJson);
        }

        OutputStream events() throws IOException {
            http.getResponseHeaders().set("Content-Type", "text/event-stream");
            http.sendResponseHeaders(200, 0);
            return http.getResponseBody();
        }
    }

    McpStub on(String method, Script script) {
        scripts.put(method, script);
        return this;
    }

    /** A server of 2026-07-28 alone, strict about everything that a request must say. */
    McpStub stateless() {
        return on(
                "server/discover",
                request -> request.result("{\"resultType\":\"complete\",\"supportedVersions\":[\"" + VERSION
                        + "\"],\"capabilities\":{\"tools\":{}},\"ttlMs\":0,\"cacheScope\":\"private\"}"));
    }

    /** A server with a handshake, which opens the session {@code stub-session}. */
    McpStub withHandshake() {
        on("initialize", request -> {
            request.http().getResponseHeaders().set("Mcp-Session-Id", "stub-session");
            request.result(
                    "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"serverInfo\":{\"name\":\"stub\",\"version\":\"1\"}}");
        });
        on("DELETE", Request::accepted);
        return on("notifications/initialized", Request::accepted);
    }

    static void event(OutputStream to, String text) throws IOException {
        to.write((text + "\n\n").getBytes(StandardCharsets.UTF_8));
        to.flush();
    }

    static String text(String text) {
        return "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}";
    }

    String url() {
        return server.uri() + "/mcp";
    }

    List<Request> seen() {
        return seen;
    }

    List<Request> seen(String method) {
        return seen.stream().filter(request -> request.method().equals(method)).toList();
    }

    private void handle(HttpExchange http) throws IOException {
        byte[] body = http.getRequestBody().readAllBytes();
        Request request = new Request(http, body.length == 0 ? Json.MAPPER.missingNode() : Json.MAPPER.readTree(body));
        seen.add(request);
        Script script = scripts.get(request.method());
        String claimed = request.meta("protocolVersion").asText("");
        try {
            if (!claimed.isEmpty() && !isConsistent(request, claimed)) {
                request.error(400, HEADER_MISMATCH, "Header mismatch");
            } else if (script == null) {
                request.error(claimed.isEmpty() ? 200 : 404, -32601, "Method not found");
            } else {
                script.answer(request);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isConsistent(Request request, String claimed) {
        String name = request.params().path("name").asText("");
        return claimed.equals(request.header("MCP-Protocol-Version"))
                && request.method().equals(request.header("Mcp-Method"))
                && (name.isEmpty()
                        || Base64Text.decoded(request.header("Mcp-Name")).equals(name))
                && request.meta("clientCapabilities").isObject()
                && request.meta("clientInfo").path("name").asText().equals("serai")
                && request.header("Mcp-Session-Id") == null;
    }

    @Override
    public void close() {
        server.close();
    }
}
