package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** An MCP server that lists the tools that a test says, two a page unless it says otherwise. */
final class ListingServer implements AutoCloseable {
    static final String SESSION = "listing-session";

    private static final ObjectMapper JSON = new ObjectMapper();

    final List<String> seen = new CopyOnWriteArrayList<>();
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    volatile List<String> tools = List.of();
    volatile int pageSize = 2;
    volatile boolean modern;
    volatile boolean endless;
    volatile String token = "";
    /** Makes the result of each request for a page, where it is set, of the number of requests before. */
    volatile @Nullable IntFunction<String> pages;
    /** Where every request is sent on to, where it is set. */
    volatile @Nullable String redirect;

    private final AtomicInteger asked = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    ListingServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/mcp", exchange -> {
            try (exchange) {
                handle(exchange);
            }
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp";
    }

    static String tool(String name, String more) {
        return "{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}" + more + "}";
    }

    private void handle(HttpExchange exchange) throws IOException {
        String session = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
        String version = exchange.getRequestHeaders().getFirst("MCP-Protocol-Version");
        JsonNode message = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String method = message.path("method").asText(exchange.getRequestMethod());
        seen.add(method + " " + session + " " + version);
        if (!token.isEmpty()
                && !("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, "");
        } else if (redirect != null) {
            exchange.getResponseHeaders().set("Location", String.valueOf(redirect));
            answer(exchange, 307, "");
        } else if (exchange.getRequestMethod().equals("GET")) {
            stream(exchange);
        } else if (exchange.getRequestMethod().equals("DELETE")) {
            answer(exchange, 200, "");
        } else if (!message.has("id")) {
            answer(exchange, 202, "");
        } else {
            String result = result(method, message);
            answer(
                    exchange,
                    result.isEmpty() ? 400 : 200,
                    result.isEmpty()
                            ? "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"Server not initialized\"}}"
                            : "{\"jsonrpc\":\"2.0\",\"id\":" + message.get("id") + ",\"result\":" + result + "}");
        }
    }

    private String result(String method, JsonNode message) {
        return switch (method) {
            case "server/discover" ->
                modern
                        ? "{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},"
                                + "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"new one\"}}}"
                        : "";
            case "initialize" ->
                modern
                        ? ""
                        : "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},"
                                + "\"serverInfo\":{\"name\":\"Listing / Server\"}}";
            case "tools/list" -> page(message.path("params").get("cursor"));
            default -> "";
        };
    }

    /** The second page has the empty text as cursor, which is one as well. */
    private String page(JsonNode cursor) {
        IntFunction<String> made = pages;
        if (made != null) {
            return made.apply(asked.getAndIncrement());
        }
        int from = cursor == null ? 0 : cursor.asText().isEmpty() ? pageSize : Integer.parseInt(cursor.asText());
        int to = Math.min(tools.size(), from + pageSize);
        String next = endless ? "0" : to >= tools.size() ? "" : to == pageSize ? "" : Integer.toString(to);
        boolean last = !endless && to >= tools.size();
        return "{\"tools\":[" + String.join(",", tools.subList(from, to)) + "]"
                + (last ? "" : ",\"nextCursor\":\"" + next + "\"") + "}";
    }

    private void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.write(": hello\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        try {
            while (true) {
                out.write(("data: " + events.take() + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        if (!modern && body.contains("serverInfo")) {
            exchange.getResponseHeaders().set("Mcp-Session-Id", SESSION);
        }
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
