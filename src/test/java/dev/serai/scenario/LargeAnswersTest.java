package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import dev.serai.observe.Scraped;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large answers share a bound: what does not fit is refused, and nobody waits for room. */
@Timeout(120)
class LargeAnswersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LARGE = 600_000;
    private static final String LIMIT = "1000000";

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch released = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /** A text of JSON, or the same as the result of a tool in an event stream; a call that is held gets its end later. */
    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        JsonNode message = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
        String what = exchange.getRequestURI().getPath().substring(1);
        boolean isCall = message.path("method").asText().equals("tools/call");
        String kind = isCall ? message.at("/params/name").asText() : what;
        int size = kind.equals("small") ? 100 : LARGE;
        String text = "\"" + "x".repeat(size) + "\"";
        if (isCall) {
            text = "data: {\"jsonrpc\":\"2.0\",\"id\":" + message.get("id")
                    + ",\"result\":{\"structuredContent\":{\"text\":" + text + "},\"content\":[]}}\n\n";
        } else if (message.has("method")) {
            text = "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id")
                    + ",\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}}";
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", isCall ? "text/event-stream" : "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body, 0, body.length - 10);
        exchange.getResponseBody().flush();
        if (kind.equals("held")) {
            assertThat(released.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        exchange.getResponseBody().write(body, body.length - 10, 10);
    }

    private TestGateway gateway() {
        StringBuilder declarations = new StringBuilder("capabilities:\n");
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        for (String kind : new String[] {"held", "large", "small"}) {
            declarations.append("""
                      - { id: own.%1$s, metadata: { own: { server_url: "%2$s%1$s" } } }
                      - id: mcp.%1$s
                        metadata: { mcp: { server_url: "%2$smcp", tool_name: %1$s, protocol_version: "2025-11-25", requires_session: false } }
                    """.formatted(kind, url));
        }
        return TestGateway.in(folder)
                .setting("serai.upstream.max-buffered", LIMIT)
                .routes("own.camel.yaml", """
                        - route:
                            id: own-call
                            from:
                              uri: direct:own-call
                              steps:
                                - setHeader: { name: CamelHttpMethod, constant: GET }
                                - setBody: { constant: "" }
                                - to: direct:call-upstream
                        """)
                .capabilities("large.yaml", declarations.toString())
                .start();
    }

    private static double held(TestGateway gateway) {
        return Scraped.of(gateway).sum("serai_upstream_buffered_bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"own", "mcp"})
    void anAnswerThatDoesNotFitBesideAnotherIsRefusedAndFitsOnceThatHasEnded(String provider) {
        try (TestGateway gateway = gateway()) {
            CompletableFuture<CallOutcome> first =
                    CompletableFuture.supplyAsync(() -> gateway.call(provider + ".held", "{}"), threads);
            await().atMost(PATIENCE).until(() -> held(gateway) > LARGE - 100_000);

            CallOutcome second = gateway.call(provider + ".large", "{}");
            CallOutcome small = gateway.call(provider + ".small", "{}");

            assertThat(second.completed()).isFalse();
            assertThat(second.body().path("code").asText()).isEqualTo("upstream_error");
            assertThat(second.body().path("detail").asText()).contains("serai.upstream.max-buffered", LIMIT);
            assertThat(small.completed()).as("%s", small.body()).isTrue();
            released.countDown();
            assertThat(first.join().body().toString()).hasSizeGreaterThan(LARGE);
            await().atMost(PATIENCE).until(() -> held(gateway) == 0);
            CallOutcome third = gateway.call(provider + ".large", "{}");
            assertThat(third.body().toString()).hasSizeGreaterThan(LARGE);
            await().atMost(PATIENCE).until(() -> held(gateway) == 0);
        }
    }
}
