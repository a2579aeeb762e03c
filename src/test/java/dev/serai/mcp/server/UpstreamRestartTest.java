package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import dev.serai.scenario.HeldPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server is restarted again and again while clients of both kinds call it through /mcp. */
@Timeout(300)
class UpstreamRestartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RESTARTS = 2;
    private static final int CLIENTS_OF_A_KIND = 4;
    /** Calls that complete, in each kind, between two restarts. */
    private static final int BETWEEN = 20;

    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: "%s", requires_session: true }
                policy: { timeout: 20s }
            capabilities:
              - id: again.echo
                metadata: { mcp: { tool_name: echo }, policy: { idempotent: true } }
              - id: again.slow
                metadata: { mcp: { tool_name: slow }, policy: { idempotent: true } }
              - id: once.side_effect
                metadata: { mcp: { tool_name: side_effect } }
            """;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();

    /** What a client learnt of one call; the error is empty where it completed. */
    private record Told(String tool, String key, boolean modern, String error) {
        boolean safe() {
            return tool.startsWith("again.");
        }

        boolean completed() {
            return error.isEmpty();
        }
    }

    private TestGateway start(String url) {
        return TestGateway.in(folder)
                .capabilities("restarted.yaml", DECLARATIONS.formatted(url))
                .setting("serai.history", "100000")
                .setting("serai.session.failure-backoff", "1ms")
                .setting("serai.session.failure-backoff-max", "10ms")
                .start();
    }

    @Test
    void whatIsSafeToReplayIsReplayedAndTheRestIsAClearError() {
        server.counters().countAtMost(1_000_000);
        server.start();
        try (PatientProxy proxy = new PatientProxy(server.uri());
                TestGateway gateway = start(proxy.url());
                Load load = new Load(gateway)) {
            for (int i = 0; i < RESTARTS || ended(gateway, "completed").isEmpty(); i++) {
                load.awaitMore();
                proxy.hold();
                server.close();
                new HeldPort(server.uri()).give(server::start);
                proxy.release();
            }
            load.awaitMore();
            List<Told> told = load.end();

            // Who met the end of the server twice has been replayed as often as calls are.
            assertThat(told)
                    .filteredOn(call -> call.safe() && !call.completed())
                    .hasSameSizeAs(ended(gateway, "failed"));
            assertThat(ended(gateway, "completed"))
                    .as("replayed to good effect")
                    .isNotEmpty();
            for (Told call : told) {
                if (!call.completed()) {
                    assertThat(call.error()).isNotBlank();
                }
                if (!call.safe()) {
                    long effects = server.counters().sideEffects(call.key());
                    assertThat(effects).as("%s", call).isLessThanOrEqualTo(1);
                    assertThat(effects == 1 || !call.completed()).as("%s", call).isTrue();
                }
            }
            assertThat(health(gateway).path("status").asText()).isEqualTo("UP");
        } finally {
            server.close();
        }
    }

    @Test
    void whileNothingListensThereEveryCallSaysSoAndHealthToo() {
        server.start();
        try (TestGateway gateway = start(server.uri().toString());
                Load load = new Load(gateway)) {
            for (int i = 0; i < RESTARTS; i++) {
                load.awaitMore();
                assertThat(health(gateway).path("status").asText()).isEqualTo("UP");
                server.close();
                HeldPort port = new HeldPort(server.uri());
                load.awaitFailures();
                assertThat(health(gateway).path("status").asText()).isEqualTo("DEGRADED");
                assertThat(health(gateway).at("/upstreams/0/status").asText()).isEqualTo("failing");
                assertThat(health(gateway).path("calls").asText()).isEqualTo("taken");
                port.give(server::start);
            }
            load.awaitMore();
            List<Told> told = load.end();

            assertThat(told).filteredOn(call -> !call.completed()).isNotEmpty().allSatisfy(call -> assertThat(
                            call.error())
                    .containsAnyOf("refused the connection", "closed the connection", "broke"));
            assertThat(health(gateway).path("status").asText()).isEqualTo("UP");
        } finally {
            server.close();
        }
    }

    /** Calls that were safe to replay, ended so, and were replayed: cut off, once; and once where their session was lost too. */
    private static List<JsonNode> ended(TestGateway gateway, String status) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode call :
                TestGateway.tree(gateway.get("/admin/invocations").body()).path("ended")) {
            if (call.path("capability").asText().startsWith("again.")
                    && call.path("status").asText().equals(status)
                    && call.path("attempts").asInt() >= 2) {
                found.add(call);
            }
        }
        return found;
    }

    private static JsonNode health(TestGateway gateway) {
        return TestGateway.tree(gateway.get("/observe/health").body());
    }

    /** Clients of both kinds, who call one tool after the other until they are told to stop. */
    private static final class Load implements AutoCloseable {
        private final RawMcp client;
        private final ExecutorService threads = Executors.newFixedThreadPool(2 * CLIENTS_OF_A_KIND);
        private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
        private final AtomicInteger[] completed = {new AtomicInteger(), new AtomicInteger()};
        private final AtomicInteger[] failed = {new AtomicInteger(), new AtomicInteger()};
        private final List<CompletableFuture<Void>> clients = new ArrayList<>();
        private volatile boolean over;

        Load(TestGateway gateway) {
            this.client = new RawMcp(gateway);
            for (int i = 0; i < 2 * CLIENTS_OF_A_KIND; i++) {
                int number = i;
                clients.add(CompletableFuture.runAsync(() -> run(number), threads));
            }
        }

        private void run(int number) {
            boolean modern = number % 2 == 1;
            String session = modern ? "" : client.initialize("2025-11-25");
            for (int i = 0; !over; i++) {
                String key = "c" + number + "-" + i;
                Told one =
                        switch (i % 3) {
                            case 0 -> call(session, "again.echo", key, "{\"message\":\"" + key + "\"}", key);
                            case 1 -> call(session, "again.slow", key, "{\"millis\":20}", "done after 20 ms");
                            default -> call(session, "once.side_effect", key, "{\"key\":\"" + key + "\"}", key);
                        };
                told.add(one);
                (one.completed() ? completed : failed)[modern ? 1 : 0].incrementAndGet();
            }
        }

        private Told call(String session, String tool, String key, String arguments, String expected) {
            String params = "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}";
            boolean modern = session.isEmpty();
            JsonNode message = modern
                    ? RawMcp.answer(client.modern("tools/call", params))
                    : client.ask(session, "tools/call", params);
            JsonNode result = message.path("result");
            String text = result.at("/content/0/text").asText();
            if (!result.isObject() || result.path("isError").asBoolean()) {
                return new Told(
                        tool,
                        key,
                        modern,
                        text.isEmpty() ? message.path("error").toString() : text);
            }
            assertThat(text).contains(expected);
            return new Told(tool, key, modern, "");
        }

        void awaitMore() {
            awaitMoreOf(completed);
        }

        void awaitFailures() {
            awaitMoreOf(failed);
        }

        private void awaitMoreOf(AtomicInteger[] counts) {
            int first = counts[0].get() + BETWEEN;
            int second = counts[1].get() + BETWEEN;
            Awaitility.await().atMost(PATIENCE).until(() -> {
                clients.stream()
                        .filter(CompletableFuture::isCompletedExceptionally)
                        .forEach(CompletableFuture::join);
                return counts[0].get() >= first && counts[1].get() >= second;
            });
        }

        List<Told> end() {
            over = true;
            clients.forEach(CompletableFuture::join);
            return List.copyOf(told);
        }

        @Override
        public void close() {
            over = true;
            threads.shutdownNow();
        }
    }
}
