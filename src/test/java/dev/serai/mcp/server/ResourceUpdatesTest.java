package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import dev.serai.observe.Scraped;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server tells of a resource whoever subscribed to it, for as long as somebody wants to know. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResourceUpdatesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String A = "res://a";
    private static final String B = "res://b";

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger sessions = new AtomicInteger();
    /** What each session's stream is to say; one that is missing is not known. */
    private final Map<String, BlockingQueue<String>> streams = new ConcurrentHashMap<>();

    private final Map<String, Boolean> open = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @SuppressWarnings("NullAway.Init") // started before each test
    private TestGateway gateway;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                handle(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        gateway = TestGateway.in(folder)
                .setting("serai.reload", "false")
                .capabilities("s.yaml", """
                        defaults:
                          metadata: { mcp: { server_url: "http://127.0.0.1:%d/mcp", requires_session: true } }
                        capabilities:
                          - { id: s.read, metadata: { mcp: { method: resources/read } } }
                          - { id: s.subscribe, metadata: { mcp: { method: resources/subscribe } } }
                          - { id: s.unsubscribe, metadata: { mcp: { method: resources/unsubscribe } } }
                        """.formatted(server.getAddress().getPort()))
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException, InterruptedException {
        JsonNode message = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
        String method = message.path("method").asText();
        String session = String.valueOf(exchange.getRequestHeaders().getFirst("Mcp-Session-Id"));
        if (method.equals("initialize")) {
            String id = "session-" + sessions.incrementAndGet();
            streams.put(id, new LinkedBlockingQueue<>());
            exchange.getResponseHeaders().set("Mcp-Session-Id", id);
            answer(exchange, message, "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}");
        } else if (!streams.containsKey(session)) {
            exchange.sendResponseHeaders(404, -1);
        } else if (exchange.getRequestMethod().equals("GET")) {
            stream(exchange, session);
        } else if (method.startsWith("resources/")) {
            asked.add(method + " " + message.at("/params/uri").asText() + " " + session);
            answer(exchange, message, "{}");
        } else {
            exchange.sendResponseHeaders(202, -1);
        }
    }

    private static void answer(HttpExchange exchange, JsonNode message, String result) throws IOException {
        byte[] bytes = ("{\"jsonrpc\":\"2.0\",\"id\":" + message.get("id") + ",\"result\":" + result + "}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void stream(HttpExchange exchange, String session) throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        open.put(session, true);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write("retry: 10\n\n".getBytes(StandardCharsets.UTF_8));
            for (BlockingQueue<String> said = streams.get(session); said != null; said = streams.get(session)) {
                String next = said.poll(20, TimeUnit.MILLISECONDS);
                out.write((next == null ? ": here\n\n" : next).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } finally {
            open.remove(session);
        }
    }

    /** Every session's stream says so. */
    private void updated(String uri) {
        streams.values()
                .forEach(said -> said.add(
                        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\""
                                + uri + "\"}}\n\n"));
    }

    private long count(String what) {
        return asked.stream().filter(line -> line.startsWith(what + " ")).count();
    }

    /** Subscriptions that the gateway has had confirmed: only from then on it passes anything on. */
    private double subscribed() {
        return Scraped.of(gateway).sum("serai_invocations_total", "s.subscribe", "completed");
    }

    private LiveStream listener(String session) {
        LiveStream stream = LiveStream.send(gateway, "GET", "Mcp-Session-Id: " + session, "");
        stream.head();
        return stream;
    }

    private static void ask(RawMcp client, String session, String method, String uri) {
        JsonNode answer = client.ask(session, method, "{\"uri\":\"" + uri + "\"}");
        assertThat(answer.path("result").isObject()).as("%s", answer).isTrue();
    }

    private static void isTold(LiveStream stream, String uri) {
        assertThat(String.valueOf(stream.next()))
                .contains("notifications/resources/updated", "\"uri\":\"" + uri + "\"");
    }

    @Test
    void clientsOfBothErasAreToldOfWhatTheySubscribedToAndOfNothingElse() {
        RawMcp client = new RawMcp(gateway);
        String one = client.initialize("2025-11-25");
        String two = client.initialize("2025-11-25");
        try (LiveStream first = listener(one);
                LiveStream second = listener(two);
                LiveStream modern = LiveStream.send(
                        gateway,
                        "POST",
                        "MCP-Protocol-Version: 2026-07-28\nMcp-Method: subscriptions/listen",
                        RawMcp.rpc(
                                5,
                                "subscriptions/listen",
                                "{\"notifications\":{\"resourceSubscriptions\":[\"" + A + "\"]}," + RawMcp.MODERN_META
                                        + "}}"))) {
            assertThat(String.valueOf(modern.next()))
                    .contains("acknowledged", "\"resourceSubscriptions\":[\"" + A + "\"]");
            ask(client, one, "resources/subscribe", A);
            ask(client, two, "resources/subscribe", B);
            // The clients that can be asked more have a session of their own.
            await().atMost(PATIENCE).until(() -> subscribed() == 3 && open.size() == 2);

            updated(A);
            isTold(first, A);
            isTold(modern, A);
            updated(B);
            isTold(second, B);
            updated(A + "/part");
            isTold(first, A + "/part");
            isTold(modern, A + "/part");
        }
    }

    @Test
    void theServerIsToldWhenTheLastOneNoLongerWantsToKnow() {
        RawMcp client = new RawMcp(gateway);
        String one = client.initialize("2025-11-25");
        String two = client.initialize("2025-11-25");
        ask(client, one, "resources/subscribe", A);
        ask(client, two, "resources/subscribe", A);

        ask(client, one, "resources/unsubscribe", A);
        ask(client, two, "resources/read", A);
        assertThat(count("resources/unsubscribe")).isZero();
        client.send(client.request("Mcp-Session-Id", two).DELETE());

        await().atMost(PATIENCE).until(() -> count("resources/unsubscribe " + A) == 1);
    }

    @Test
    void theServerIsAskedAgainWhenItHasLostTheSession() {
        RawMcp client = new RawMcp(gateway);
        String session = client.initialize("2025-11-25");
        try (LiveStream stream = listener(session)) {
            ask(client, session, "resources/subscribe", A);
            await().atMost(PATIENCE).until(() -> open.containsKey("session-1"));
            streams.clear();

            await().atMost(PATIENCE).until(() -> subscribed() == 2 && open.containsKey("session-2"));
            updated(A);
            isTold(stream, A);
            assertThat(asked).contains("resources/subscribe " + A + " session-2");
        }
    }

    @Test
    void aClientHasABoundedNumberOfSubscriptions() {
        RawMcp client = new RawMcp(gateway);
        String session = client.initialize("2025-11-25");
        for (int i = 0; i < Watching.MOST; i++) {
            ask(client, session, "resources/subscribe", A + i);
        }

        JsonNode answer = client.ask(session, "resources/subscribe", "{\"uri\":\"" + B + "\"}");

        assertThat(answer.at("/error/code").asInt()).isEqualTo(-32602);
        assertThat(answer.at("/error/message").asText()).contains("at most 100 subscriptions");
        ask(client, session, "resources/subscribe", A + 1);
    }
}
