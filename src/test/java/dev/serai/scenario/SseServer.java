package dev.serai.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An MCP server over HTTP with SSE (2024-11-05), of which a test says what it answers. */
public final class SseServer implements AutoCloseable {
    private final StubServer server = new StubServer(this::handle);
    private final Map<String, Stream> streams = new ConcurrentHashMap<>();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final List<String> credentials = new CopyOnWriteArrayList<>();
    private volatile Opening opening = stream -> stream.event("endpoint", stream.endpoint());
    private volatile @Nullable String credential;

    /** What is written at the beginning of a stream. */
    @FunctionalInterface
    interface Opening {
        void open(Stream stream) throws IOException;
    }

    /** What follows a message; it has been taken with 202 before. */
    @FunctionalInterface
    public interface Script {
        void answer(Stream stream, JsonNode message) throws IOException;
    }

    /** One session. */
    public static final class Stream {
        private final String id = UUID.randomUUID().toString();
        private final OutputStream out;
        private final CountDownLatch end = new CountDownLatch(1);

        Stream(OutputStream out) {
            this.out = out;
        }

        String endpoint() {
            return "/message?sessionId=" + id;
        }

        synchronized void write(String text) throws IOException {
            try {
                out.write(text.getBytes(StandardCharsets.UTF_8));
                out.flush();
            } catch (IOException e) {
                end.countDown();
                throw e;
            }
        }

        public void event(String type, String data) throws IOException {
            write("event: " + type + "\ndata: " + data + "\n\n");
        }

        public void result(JsonNode request, String result) throws IOException {
            event("message", "{\"jsonrpc\":\"2.0\",\"id\":" + request.path("id") + ",\"result\":" + result + "}");
        }

        void cut() {
            end.countDown();
        }
    }

    public SseServer() {
        on(
                "initialize",
                (stream, message) -> stream.result(
                        message,
                        "{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}"));
        on("notifications/initialized", (stream, message) -> {});
        on("ping", (stream, message) -> stream.result(message, "{}"));
        on(
                "tools/call",
                (stream, message) -> stream.result(
                        message, McpStub.text(message.at("/params/arguments/m").asText())));
    }

    public SseServer on(String method, Script script) {
        scripts.put(method, script);
        return this;
    }

    SseServer opening(Opening other) {
        opening = other;
        return this;
    }

    /** From now on only requests with it are taken. */
    SseServer wants(String bearer) {
        credential = "Bearer " + bearer;
        return this;
    }

    public String url() {
        return server.uri() + "/sse";
    }

    /** Streams that were asked for. */
    int opened() {
        return opened.get();
    }

    /** Streams that are open. */
    int open() {
        return streams.size();
    }

    /** The methods of all messages. */
    List<String> received() {
        return received;
    }

    long received(String method) {
        return received.stream().filter(method::equals).count();
    }

    StubServer http() {
        return server;
    }

    void cutAll() {
        streams.values().forEach(Stream::cut);
    }

    /** Sessions that are forgotten, though their streams stay. */
    void forgetAll() {
        streams.clear();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String wanted = credential;
        if (wanted != null && !wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            StubServer.answer(exchange, 401, "");
        } else if (exchange.getRequestMethod().equals("GET")
                && exchange.getRequestURI().getPath().equals("/sse")) {
            stream(exchange);
        } else if (exchange.getRequestMethod().equals("POST")
                && exchange.getRequestURI().getPath().equals("/message")) {
            message(exchange, Json.MAPPER.readTree(body));
        } else {
            StubServer.answer(exchange, 404, "");
        }
    }

    private void stream(HttpExchange exchange) throws IOException {
        opened.incrementAndGet();
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        Stream stream = new Stream(exchange.getResponseBody());
        streams.put(stream.id, stream);
        try {
            opening.open(stream);
            while (!stream.end.await(20, TimeUnit.MILLISECONDS)) {
                stream.write(": here\n\n");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            streams.remove(stream.id);
        }
    }

    private void message(HttpExchange exchange, JsonNode message) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        Stream stream = streams.get(query.substring(query.indexOf('=') + 1));
        if (stream == null) {
            StubServer.answer(exchange, 404, "");
            return;
        }
        String method = message.path("method").asText("answer");
        received.add(method);
        credentials.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        StubServer.answer(exchange, 202, "");
        exchange.close();
        Script script = scripts.get(method);
        if (script != null) {
            script.answer(stream, message);
        }
    }

    List<String> credentials() {
        return credentials;
    }

    @Override
    public void close() {
        cutAll();
        server.close();
    }
}
