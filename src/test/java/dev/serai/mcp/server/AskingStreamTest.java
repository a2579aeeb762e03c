package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server of the session era that asks on the stream which is of no request, as its SDK does unless told of which. */
@Timeout(120)
class AskingStreamTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final String CALL = "{\"name\":\"s.tool\",\"arguments\":{}}";
    private static final String FORM = "{\"message\":\"which?\",\"requestedSchema\":"
            + "{\"type\":\"object\",\"properties\":{\"which\":{\"type\":\"string\"}}}}";

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, BlockingQueue<String>> streams = new ConcurrentHashMap<>();
    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private HttpServer server;
    /** The gateway listens, though not for long before the call, on a busy machine not even before. */
    private volatile boolean streamComes = true;

    /** Calls that have to be there before one asks. */
    private volatile CountDownLatch together = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init") // every test serves first
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
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(String mcp) {
        gateway = TestGateway.in(folder)
                .setting("serai.reload", "false")
                .capabilities("s.yaml", """
                        capabilities:
                          - id: s.tool
                            metadata: { mcp: { server_url: "http://127.0.0.1:%d/mcp", requires_session: true%s } }
                            input_schema: { type: object }
                        """.formatted(server.getAddress().getPort(), mcp))
                .start();
    }

    private void handle(HttpExchange exchange) throws IOException, InterruptedException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String session = String.valueOf(exchange.getRequestHeaders().getFirst("Mcp-Session-Id"));
        if (exchange.getRequestMethod().equals("GET")) {
            stream(exchange, session);
        } else if (body.contains("\"initialize\"")) {
            exchange.getResponseHeaders().set("Mcp-Session-Id", "session-" + sessions.incrementAndGet());
            answer(exchange, body, "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}");
        } else if (body.contains("\"method\":\"tools/call\"")) {
            answer(exchange, body, "{\"content\":[{\"type\":\"text\",\"text\":\"" + ask(session) + "\"}]}");
        } else {
            if (body.contains("\"id\":\"question\"")) {
                answers.add(Json.MAPPER.readTree(body));
            }
            exchange.sendResponseHeaders(202, -1);
        }
    }

    /** What SDKs do: without a stream the question is lost. */
    private String ask(String session) throws InterruptedException {
        together.countDown();
        if (!together.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            return "alone";
        }
        if (streamComes) {
            await().until(() -> streams.containsKey(session));
        }
        BlockingQueue<String> stream = streams.get(session);
        if (stream == null) {
            return "no stream";
        }
        stream.add("data: {\"jsonrpc\":\"2.0\",\"id\":\"question\",\"method\":\"elicitation/create\",\"params\":" + FORM
                + "}\n\n");
        JsonNode answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (answer == null) {
            return "no answer";
        }
        return answer.has("error")
                ? answer.path("error").path("message").asText()
                : answer.at("/result/content/which").asText();
    }

    private static void answer(HttpExchange exchange, String body, String result) throws IOException {
        byte[] bytes = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}"
                .formatted(Json.MAPPER.readTree(body).path("id"), result)
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void stream(HttpExchange exchange, String session) throws IOException, InterruptedException {
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        streams.put(session, said);
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
                String next = said.poll(20, TimeUnit.MILLISECONDS);
                out.write((next == null ? ": here\n\n" : next).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            // The gateway has closed it.
        }
    }

    private LiveStream call(String session, int id) {
        return LiveStream.send(gateway, "POST", "Mcp-Session-Id: " + session, RawMcp.rpc(id, "tools/call", CALL));
    }

    private static JsonNode next(LiveStream stream) {
        return Objects.requireNonNull(stream.next());
    }

    private static String text(JsonNode message) {
        return message.at("/result/content/0/text").asText();
    }

    @Test
    void aClientOfTheSessionEraIsAskedInItsCall() {
        serve("");
        RawMcp client = new RawMcp(gateway);
        String session = client.initialize("2025-11-25");
        for (int i = 1; i <= 2; i++) {
            try (LiveStream stream = call(session, i)) {
                JsonNode question = next(stream);
                assertThat(question.path("method").asText()).isEqualTo("elicitation/create");
                assertThat(question.at("/params/message").asText()).isEqualTo("which?");
                client.post(
                        "{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id")
                                + ",\"result\":{\"action\":\"accept\",\"content\":{\"which\":\"this\"}}}",
                        "Mcp-Session-Id",
                        session);
                assertThat(text(next(stream))).isEqualTo("this");
            }
        }
        assertThat(sessions).hasValue(1);
        assertThat(streams).hasSize(1);
    }

    @Test
    void aClientWithoutSessionsIsAskedForInput() {
        serve("");
        RawMcp client = new RawMcp(gateway);
        JsonNode asked = RawMcp.answer(client.modern("tools/call", CALL)).path("result");
        assertThat(asked.path("resultType").asText()).isEqualTo("input_required");
        String key = asked.path("inputRequests").fieldNames().next();
        String again = "{\"name\":\"s.tool\",\"arguments\":{},\"requestState\":" + asked.path("requestState")
                + ",\"inputResponses\":{\"" + key + "\":{\"action\":\"accept\",\"content\":{\"which\":\"that\"}}}}";
        assertThat(text(RawMcp.answer(client.modern("tools/call", again)))).isEqualTo("that");
    }

    @Test
    void ofTwoCallsInOneSessionNeitherIsAskedWhatTheOtherMayBeMeantBy() throws Exception {
        serve("");
        together = new CountDownLatch(2);
        RawMcp client = new RawMcp(gateway);
        String session = client.initialize("2025-11-25");
        Future<JsonNode> one = threads.submit(() -> client.ask(session, "tools/call", CALL));
        Future<JsonNode> other = threads.submit(
                () -> RawMcp.answer(client.post(RawMcp.rpc(2, "tools/call", CALL), "Mcp-Session-Id", session)));
        assertThat(text(one.get())).isEqualTo("nobody is there to ask");
        assertThat(text(other.get())).isEqualTo("nobody is there to ask");
        assertThat(sessions).hasValue(1);
    }

    @Test
    void noStreamIsOpenedForCallersThatCannotBeAskedNorWhereTheDeclarationSaysSo() {
        streamComes = false;
        serve("");
        assertThat(gateway.post("s.tool", "{}").body()).isEqualTo("\"no stream\"");
        gateway.close();
        serve(", listen: false");
        RawMcp client = new RawMcp(gateway);
        String session = client.initialize("2025-11-25");
        assertThat(text(client.ask(session, "tools/call", CALL))).isEqualTo("no stream");
        assertThat(streams).isEmpty();
    }
}
