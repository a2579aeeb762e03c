package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers of both eras tell of their lists reaches clients of both eras, on streams that nobody opens in vain. */
@Timeout(120)
class ListChangesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CHANGED =
            "id: %s\nretry: 10\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/%s/list_changed\"}\n\n";
    private static final String LISTEN =
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"subscriptions/listen\",\"params\":{"
                    + "\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true,\"resourcesListChanged\":true},"
                    + RawMcp.MODERN_META + "}}}";
    private static final String END = "";

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** What the streams are to say; the empty text ends one. */
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final List<String> answers = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private HttpServer server;
    private volatile int streamStatus = 200;

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
        await().atMost(PATIENCE).until(() -> open.get() == 0);
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(String mcp) {
        serve("true", mcp);
    }

    private void serve(String session, String mcp) {
        // A reload would tell of changed lists, too.
        gateway = TestGateway.in(folder)
                .setting("serai.reload", "false")
                .capabilities("s.yaml", """
                        capabilities:
                          - id: s.tool
                            metadata: { mcp: { server_url: "http://127.0.0.1:%d/mcp", requires_session: %s%s } }
                            input_schema: { type: object }
                        """.formatted(server.getAddress().getPort(), session, mcp))
                .start();
    }

    private void handle(HttpExchange exchange) throws IOException, InterruptedException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (exchange.getRequestMethod().equals("GET")) {
            stream(exchange);
        } else if (body.contains("\"subscriptions/listen")) {
            asked.add(exchange.getRequestHeaders().getFirst("Mcp-Method") + " " + body);
            stream(exchange);
        } else if (body.contains("\"server/discover\"")) {
            answer(
                    exchange,
                    body,
                    "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{}}");
        } else if (body.contains("\"initialize\"")) {
            exchange.getResponseHeaders().set("Mcp-Session-Id", "the-session");
            answer(exchange, body, "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}");
        } else if (body.contains("\"method\":\"tools/call\"")) {
            answer(exchange, body, "{\"content\":[{\"type\":\"text\",\"text\":\"fine\"}]}");
        } else {
            if (body.contains("\"result\"") || body.contains("\"error\"")) {
                answers.add(body);
            }
            exchange.sendResponseHeaders(202, -1);
        }
    }

    private static void answer(HttpExchange exchange, String body, String result) throws IOException {
        byte[] bytes = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}"
                .formatted(Json.MAPPER.readTree(body).path("id"), result)
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void stream(HttpExchange exchange) throws IOException, InterruptedException {
        taken.add(exchange.getRequestHeaders().getFirst("Mcp-Session-Id") + " "
                + exchange.getRequestHeaders().getFirst("Last-Event-ID"));
        if (streamStatus != 200) {
            exchange.sendResponseHeaders(streamStatus, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        open.incrementAndGet();
        try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
                String next = said.poll(20, TimeUnit.MILLISECONDS);
                if (END.equals(next)) {
                    return;
                }
                out.write((next == null ? ": here\n\n" : next).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } finally {
            open.decrementAndGet();
        }
    }

    private void call() {
        assertThat(gateway.call("s.tool", "{}").body().asText()).isEqualTo("fine");
    }

    private LiveStream modernListener() {
        LiveStream stream = LiveStream.send(
                gateway, "POST", "MCP-Protocol-Version: 2026-07-28\nMcp-Method: subscriptions/listen", LISTEN);
        assertThat(String.valueOf(stream.next())).contains("acknowledged");
        return stream;
    }

    private LiveStream sessionListener() {
        String session = new RawMcp(gateway).initialize("2025-11-25");
        LiveStream stream = LiveStream.send(gateway, "GET", "Mcp-Session-Id: " + session, "");
        stream.head();
        return stream;
    }

    @Test
    void clientsOfBothErasAreToldWhatAServerTells() {
        serve("");
        call();
        try (LiveStream modern = modernListener();
                LiveStream old = sessionListener()) {
            await().atMost(PATIENCE).until(() -> open.get() == 1);
            for (String kind : List.of("prompts", "resources", "tools")) {
                said.add(CHANGED.formatted(kind, kind));

                String method = "\"method\":\"notifications/" + kind + "/list_changed\"";
                assertThat(String.valueOf(old.next())).contains(method).doesNotContain("subscriptionId");
                assertThat(String.valueOf(modern.next()))
                        .contains(method)
                        .contains("\"io.modelcontextprotocol/subscriptionId\":9");
            }
        }
        assertThat(taken).containsExactly("the-session null");
    }

    @Test
    void clientsOfBothErasAreToldWhatAServerWithoutSessionsTells() {
        serve("auto", "");
        call();
        assertThat(taken).as("nobody listens").isEmpty();
        try (LiveStream modern = modernListener();
                LiveStream old = sessionListener()) {
            await().atMost(PATIENCE).until(() -> open.get() == 1);
            for (String kind : List.of("prompts", "resources", "tools")) {
                said.add(CHANGED.formatted(kind, kind));

                String method = "\"method\":\"notifications/" + kind + "/list_changed\"";
                assertThat(String.valueOf(old.next())).contains(method);
                assertThat(String.valueOf(modern.next())).contains(method);
            }
            said.add(END);
            said.add(CHANGED.formatted("again", "tools"));
            assertThat(String.valueOf(old.next())).contains("tools/list_changed");
        }
        await().atMost(PATIENCE).until(() -> open.get() == 0);
        assertThat(taken).containsExactly("null null", "null null");
        assertThat(asked).allSatisfy(request -> assertThat(request)
                .startsWith("subscriptions/listen ")
                .contains(
                        "\"toolsListChanged\":true",
                        "\"promptsListChanged\":true",
                        "\"resourcesListChanged\":true",
                        "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\""));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 405, 501})
    void aServerWithoutSessionsThatRefusesTheStreamIsAskedOnce(int status) {
        streamStatus = status;
        serve("auto", ", listen: true");
        for (int i = 0; i < 5; i++) {
            call();
            await().atMost(PATIENCE).until(() -> taken.size() >= 1);
        }
        assertThat(taken).hasSize(1);
    }

    @Test
    void aStreamThatEndsIsTakenUpBehindItsLastEvent() {
        serve("");
        call();
        try (LiveStream listener = modernListener()) {
            said.add(CHANGED.formatted("e-1", "tools"));
            assertThat(String.valueOf(listener.next())).contains("tools/list_changed");

            said.add(END);
            said.add(CHANGED.formatted("e-2", "prompts"));

            assertThat(String.valueOf(listener.next())).contains("prompts/list_changed");
            assertThat(taken).containsExactly("the-session null", "the-session e-1");
        }
    }

    @Test
    void noStreamIsOpenWhereNobodyListensAndItEndsWithTheLastListener() {
        serve("");
        call();
        assertThat(taken).isEmpty();
        LiveStream listener = modernListener();
        await().atMost(PATIENCE).until(() -> open.get() == 1);

        listener.close();

        await().atMost(PATIENCE).until(() -> open.get() == 0);
        call();
        assertThat(taken).hasSize(1);
    }

    @Test
    void aDeclarationOpensAStreamThatNobodyListensTo() {
        serve(", listen: true");
        call();
        await().atMost(PATIENCE).until(() -> open.get() == 1);
    }

    @Test
    void aDeclarationKeepsTheStreamClosed() {
        serve(", listen: false");
        try (LiveStream listener = modernListener()) {
            assertThat(listener.lastEventId()).isNotNull();
            for (int i = 0; i < 3; i++) {
                call();
            }
        }
        assertThat(taken).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 405, 409, 501})
    void aServerThatRefusesTheStreamIsAskedOnce(int status) {
        streamStatus = status;
        serve(", listen: true");
        for (int i = 0; i < 5; i++) {
            call();
            await().atMost(PATIENCE).until(() -> taken.size() >= 1);
        }
        assertThat(taken).hasSize(1);
    }

    @Test
    void whatAServerAsksThereIsAnsweredThatNobodyIsThere() {
        serve(", listen: true");
        call();
        said.add("data: {\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}\n\n");
        said.add("data: {\"jsonrpc\":\"2.0\",\"id\":\"b\",\"method\":\"elicitation/create\",\"params\":{}}\n\n");

        await().atMost(PATIENCE).until(() -> answers.size() == 2);

        assertThat(answers).anyMatch(answer -> answer.contains("\"id\":\"a\",\"result\":{}"));
        assertThat(answers).anyMatch(answer -> answer.contains("\"id\":\"b\"") && answer.contains("-32601"));
    }

    @Test
    void anEventWithoutEndCutsTheStreamAndNothingElse() {
        serve(", listen: true");
        call();
        await().atMost(PATIENCE).until(() -> open.get() == 1);
        said.add("data: ");
        for (int i = 0; i < 300; i++) {
            said.add("x".repeat(8_192));
        }
        await().atMost(PATIENCE).until(() -> open.get() == 0);
        said.clear();
        call();
        assertThat(taken).hasSize(1);
    }
}
