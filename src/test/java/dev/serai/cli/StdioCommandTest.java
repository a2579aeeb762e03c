package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that starts the command talks to a server over HTTP without knowing it. */
@Timeout(120)
class StdioCommandTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
            + "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}";
    private static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

    private static String call(int id, String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}";
    }

    @Test
    void requestsShareOneSessionAndRunSideBySideAndTheSessionEndsWithTheInput() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            StdioClient client = new StdioClient(server.uri().toString());
            client.say(INITIALIZE, INITIALIZED);
            assertThat(client.answer("0").path("result").path("protocolVersion").asText())
                    .isEqualTo("2025-11-25");
            for (int i = 1; i <= 50; i++) {
                client.say(call(i, "echo", "{\"message\":\"m" + i + "\"}"));
            }

            for (int i = 1; i <= 50; i++) {
                assertThat(client.answer(Integer.toString(i)).toString()).contains("\"m" + i + "\"");
            }
            assertThat(client.end()).isZero();
            assertThat(client.lines()).hasSize(51);
            assertThat(server.counters().initialize()).isEqualTo(1);
            assertThat(server.openSessions()).isZero();
        }
    }

    @Test
    void aClientOnStdioListsAndCallsTheGatewaysCapabilities(@TempDir Path folder) throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            String declaration = "capabilities: [ { id: t.echo, metadata: { mcp: { server_url: '" + server.uri()
                    + "', tool_name: echo, requires_session: true } } } ]\n";
            try (TestGateway gateway =
                    TestGateway.in(folder).capabilities("t.yaml", declaration).start()) {
                StdioClient client = new StdioClient(gateway.gateway().url());
                client.say(INITIALIZE, INITIALIZED, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
                JsonNode tools = client.answer("1").path("result").path("tools");
                assertThat(tools).as("%s", client.answer("1")).hasSize(1);
                client.say(call(2, tools.get(0).path("name").asText(), "{\"message\":\"over two bridges\"}"));

                assertThat(client.answer("2").toString()).contains("over two bridges");
                assertThat(client.end()).isZero();
            }
        }
    }

    private static String modernEcho(int id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"t.echo\","
                + "\"arguments\":{\"message\":\"m" + id + "\"},\"_meta\":{"
                + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"c\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
    }

    private static String cancel(int id) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + id + "}}";
    }

    @Test
    void callsOfWhichNothingHasComeAreCancelledAtTheUpstreamTooAndNoOthers(@TempDir Path folder) throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            String declaration = "capabilities: [ { id: t.echo, metadata: { mcp: { server_url: '" + server.uri()
                    + "', tool_name: echo, requires_session: true }, policy: { timeout: 5m } } } ]\n";
            try (TestGateway gateway =
                    TestGateway.in(folder).capabilities("t.yaml", declaration).start()) {
                StdioClient client = new StdioClient(gateway.gateway().url());
                for (int id = 1; id <= 20; id++) {
                    client.say(modernEcho(id));
                    assertThat(client.answer(Integer.toString(id)).toString()).contains("m" + id);
                }
                server.dials().holdCalls();
                for (int id = 21; id <= 60; id++) {
                    client.say(modernEcho(id));
                }
                await().atMost(PATIENCE).until(() -> server.counters().executions("echo") == 60);
                assertThat(client.lines()).hasSize(20);

                for (int id = 21; id <= 60; id += 2) {
                    client.say(cancel(id));
                }
                await().atMost(PATIENCE).until(() -> server.counters().abandoned() == 20);
                server.dials().release();

                for (int id = 22; id <= 60; id += 2) {
                    assertThat(client.answer(Integer.toString(id)).toString()).contains("\"m" + id + "\"");
                }
                assertThat(client.end()).isZero();
                assertThat(client.lines()).hasSize(40);
            }
        }
    }

    @Test
    void aLostSessionIsOpenedAnewUnnoticed() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            StdioClient client = new StdioClient(server.uri().toString());
            client.say(INITIALIZE, INITIALIZED);
            client.answer("0");
            server.expireAllSessions();
            for (int i = 1; i <= 20; i++) {
                client.say(call(i, "echo", "{\"message\":\"m" + i + "\"}"));
            }

            for (int i = 1; i <= 20; i++) {
                assertThat(client.answer(Integer.toString(i)).has("result")).isTrue();
            }
            assertThat(server.counters().initialize()).isEqualTo(2);
            assertThat(client.end()).isZero();
            assertThat(client.lines()).hasSize(21);
            assertThat(client.err()).contains("the session was lost");
        }
    }

    @Test
    void whatIsNoMessageAndAGatewayThatIsGoneAreErrorsOfTheirRequests() throws Exception {
        StdioClient client = new StdioClient("http://127.0.0.1:1/mcp");
        client.say("not json", "", "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"ping\"}", INITIALIZED);

        assertThat(client.answer("null").path("error").path("code").asInt()).isEqualTo(-32700);
        assertThat(client.answer("\"x\"").path("error").path("message").asText())
                .isEqualTo("no gateway reached at 127.0.0.1:1");
        assertThat(client.end()).isZero();
        assertThat(client.lines()).hasSize(2);
        assertThat(client.err()).contains("no gateway reached at 127.0.0.1:1: ", "refused");
    }

    @Test
    void anAddressThatIsNoneIsWrongUsage() throws Exception {
        for (String url : List.of("ftp://x", "http:///mcp", "http://user:secret@127.0.0.1:1")) {
            try (StdioClient client = new StdioClient(url)) {
                assertThat(client.exitCode()).as(url).isEqualTo(ExitCode.USAGE);
                assertThat(client.err()).contains("--url is").doesNotContain("secret");
            }
        }
    }

    /** A server that streams, asks and is asked to leave. */
    private static final class Streaming implements AutoCloseable {
        final List<String> seen = new CopyOnWriteArrayList<>();
        final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        /** One for each stream that is listened to: it may end. */
        final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final HttpServer server;
        /** From where those who listen go on. */
        final List<String> resumed = new CopyOnWriteArrayList<>();

        final Set<Integer> ports = ConcurrentHashMap.newKeySet();
        volatile boolean left;
        volatile boolean breaksOff;
        volatile boolean forgets;

        Streaming() throws IOException {
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

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        private void handle(HttpExchange exchange) throws IOException, InterruptedException {
            JsonNode message =
                    CliFixture.json(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8) + " ");
            String method = message.path("method").asText(exchange.getRequestMethod());
            seen.add(exchange.getRequestURI() + " " + method + " "
                    + exchange.getRequestHeaders().getFirst("Mcp-Session-Id") + " "
                    + exchange.getRequestHeaders().getFirst("MCP-Protocol-Version") + " "
                    + exchange.getRequestHeaders().getFirst("Mcp-Name"));
            if (method.equals("initialize")) {
                exchange.getResponseHeaders().set("Mcp-Session-Id", "s1");
                events(exchange, "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-06-18\"}}");
            } else if (method.equals("GET") && forgets) {
                forgets = false;
                exchange.sendResponseHeaders(404, -1);
            } else if (method.equals("GET") && breaksOff) {
                breakOff(exchange);
            } else if (method.equals("long")) {
                events(
                        exchange,
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"long\":\"" + "x".repeat(17 << 20) + "\"}}");
            } else if (method.equals("ping")) {
                ports.add(exchange.getRemoteAddress().getPort());
                events(exchange, "{\"jsonrpc\":\"2.0\",\"id\":" + message.get("id") + ",\"result\":{}}");
            } else if (method.equals("GET")) {
                events(exchange, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
                ends.poll(60, TimeUnit.SECONDS);
            } else if (method.equals("tools/call")) {
                events(
                        exchange,
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progress\":1}}",
                        "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\",\"params\":{}}");
                waitFor(exchange);
            } else {
                if (!message.has("method") && message.has("id")) {
                    answers.add(message.toString());
                }
                exchange.sendResponseHeaders(message.has("jsonrpc") ? 202 : 200, -1);
            }
        }

        private void breakOff(HttpExchange exchange) throws IOException {
            resumed.add(String.valueOf(exchange.getRequestHeaders().getFirst("Last-Event-ID")));
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 10_000);
            write(
                    exchange,
                    "retry: 100\nid: n" + resumed.size() + "\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"n\"}\n\n");
        }

        private void waitFor(HttpExchange exchange) throws InterruptedException {
            try {
                String answer = null;
                while (answer == null) {
                    answer = answers.poll(20, TimeUnit.MILLISECONDS);
                    write(exchange, ": still here\n\n");
                }
                write(exchange, "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"got\":" + answer + "}}\n\n");
            } catch (IOException e) {
                left = true;
            }
        }

        private static void events(HttpExchange exchange, String... messages) throws IOException {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            write(exchange, "id: 1\ndata:\n\n");
            for (String message : messages) {
                write(exchange, "data: " + message + "\n\n");
            }
        }

        private static void write(HttpExchange exchange, String text) throws IOException {
            exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    @Test
    void notificationsAndQuestionsOfTheServerReachTheClientAndItsAnswersTheServer() throws Exception {
        try (Streaming server = new Streaming()) {
            StdioClient client = new StdioClient(server.url());
            client.say(INITIALIZE, INITIALIZED);
            await().atMost(PATIENCE)
                    .until(() -> client.lines().stream().anyMatch(line -> line.contains("list_changed")));
            server.ends.add("now");
            client.say(call(1, "ask", "{}"));
            await().atMost(PATIENCE)
                    .until(() -> client.lines().stream().anyMatch(line -> line.contains("elicitation")));
            client.say("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"action\":\"accept\"}}");

            assertThat(client.answer("1").toString()).contains("accept");
            assertThat(client.lines()).anyMatch(line -> line.contains("notifications/progress"));
            assertThat(client.end()).isZero();
            assertThat(server.seen)
                    .contains(
                            "/mcp initialize null null null",
                            "/mcp GET s1 2025-06-18 null",
                            "/mcp tools/call s1 2025-06-18 null",
                            "/mcp DELETE s1 2025-06-18 null");
        }
    }

    @Test
    void whatTheServerSaysUnaskedGoesOnWhereItBrokeOff() throws Exception {
        try (Streaming server = new Streaming()) {
            server.breaksOff = true;
            StdioClient client = new StdioClient(server.url());
            client.say(INITIALIZE, INITIALIZED);

            await().atMost(PATIENCE).until(() -> server.resumed.size() > 2);
            assertThat(server.resumed.subList(0, 3)).containsExactly("null", "n1", "n2");
            assertThat(client.end()).isZero();
        }
    }

    @Test
    void whoListensInALostSessionOpensAnother() throws Exception {
        try (Streaming server = new Streaming()) {
            server.forgets = true;
            StdioClient client = new StdioClient(server.url());
            client.say(INITIALIZE, INITIALIZED);

            await().atMost(PATIENCE)
                    .until(() -> client.lines().stream().anyMatch(line -> line.contains("list_changed")));
            assertThat(server.seen)
                    .filteredOn(line -> line.startsWith("/mcp initialize"))
                    .hasSize(2);
            server.ends.add("now");
            assertThat(client.end()).isZero();
        }
    }

    @Test
    void aDeleteThatHangsDoesNotKeepTheCommandFromEnding() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            server.dials().hangDelete(true);
            StdioClient client = new StdioClient(server.uri().toString());
            client.say(INITIALIZE, INITIALIZED);
            client.answer("0");

            assertThat(client.end()).isZero();
            assertThat(server.counters().deletes()).isOne();
            assertThat(client.err()).contains("the session could not be ended");
        }
    }

    @Test
    void anAnswerThatIsTooLongIsAnErrorOfItsRequest() throws Exception {
        try (Streaming server = new Streaming()) {
            StdioClient client = new StdioClient(server.url());
            client.say("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"long\"}");

            assertThat(client.answer("1").path("error").path("message").asText())
                    .contains("larger than 16777216 bytes");
            assertThat(client.end()).isZero();
        }
    }

    @Test
    void answersThatComeAsEventsKeepTheirConnections() throws Exception {
        try (Streaming server = new Streaming()) {
            StdioClient client = new StdioClient(server.url());
            for (int id = 1; id <= 20; id++) {
                client.say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}");
                assertThat(client.answer(Integer.toString(id)).has("result")).isTrue();
            }

            assertThat(client.end()).isZero();
            assertThat(server.ports).hasSizeBetween(1, 9);
        }
    }

    @Test
    void aModernRequestCarriesItsHeadersAndIsCancelledByLeaving() throws Exception {
        try (Streaming server = new Streaming()) {
            StdioClient client = new StdioClient(server.url());
            client.say(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"grüß\",\"_meta\":"
                            + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}");
            await().atMost(PATIENCE).until(() -> client.lines().stream().anyMatch(line -> line.contains("progress")));

            client.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");

            await().atMost(PATIENCE).until(() -> server.left);
            assertThat(client.end()).isZero();
            assertThat(server.seen).containsExactly("/mcp tools/call null 2026-07-28 =?base64?Z3LDvMOf?=");
            assertThat(client.lines()).noneMatch(line -> StdioClient.isAnswer(line, "1"));
        }
    }
}
