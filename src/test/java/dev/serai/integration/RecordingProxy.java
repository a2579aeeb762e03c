package dev.serai.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestHttp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A reverse proxy that writes down what passes, streams answers through, and can end a session behind the client's back. */
final class RecordingProxy implements AutoCloseable {
    static final String SESSION_HEADER = "Mcp-Session-Id";

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection", "content-length", "host", "keep-alive", "transfer-encoding", "upgrade", "http2-settings");
    private static final String BATCH = "batch";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI upstream;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile @Nullable String sessionId;

    /**
     * A request that passed.
     *
     * @param method the HTTP method
     * @param rpcMethod the JSON-RPC method; empty where there is none, {@code batch} for several messages
     * @param headerNames in lower case
     */
    record Seen(String method, String rpcMethod, Set<String> headerNames) {}

    private RecordingProxy(URI upstream, HttpServer server) {
        this.upstream = upstream;
        this.server = server;
    }

    /** Starts a proxy in front of an address. */
    static RecordingProxy before(URI upstream) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        RecordingProxy proxy = new RecordingProxy(upstream, server);
        server.setExecutor(proxy.threads);
        server.createContext("/", proxy::pass);
        server.start();
        return proxy;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + upstream.getPath());
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    long initializes() {
        return seen.stream().filter(s -> s.rpcMethod().equals("initialize")).count();
    }

    long toolCalls() {
        return seen.stream().filter(s -> s.rpcMethod().equals("tools/call")).count();
    }

    long batches() {
        return seen.stream().filter(s -> s.rpcMethod().equals(BATCH)).count();
    }

    long deletes() {
        return seen.stream().filter(s -> s.method().equals("DELETE")).count();
    }

    /** Ends the session seen last, at the server, without the client's knowledge. */
    int endSession() throws IOException {
        String id = sessionId;
        if (id == null) {
            throw new IllegalStateException("no session passed yet");
        }
        HttpRequest delete = HttpRequest.newBuilder(upstream)
                .header(SESSION_HEADER, id)
                .DELETE()
                .build();
        return TestHttp.send(delete).statusCode();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            seen.add(new Seen(exchange.getRequestMethod(), rpcMethod(body), headerNames(exchange)));
            HttpResponse<InputStream> answer = TestHttp.open(request(exchange, body));
            try (InputStream in = answer.body()) {
                answer.headers().firstValue(SESSION_HEADER).ifPresent(id -> sessionId = id);
                reply(exchange, answer, in);
            }
        }
    }

    private HttpRequest request(HttpExchange exchange, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(upstream.resolve(exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private static void reply(HttpExchange exchange, HttpResponse<InputStream> answer, InputStream in)
            throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        exchange.sendResponseHeaders(answer.statusCode(), 0);
        byte[] chunk = new byte[8192];
        try (OutputStream out = exchange.getResponseBody()) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                out.write(chunk, 0, n);
                out.flush();
            }
        }
    }

    private static Set<String> headerNames(HttpExchange exchange) {
        return exchange.getRequestHeaders().keySet().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String rpcMethod(byte[] body) throws IOException {
        if (body.length == 0) {
            return "";
        }
        JsonNode message = JSON.readTree(body);
        return message.isArray() ? BATCH : message.path("method").asText();
    }
}
