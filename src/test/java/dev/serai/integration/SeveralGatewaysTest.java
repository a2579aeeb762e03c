package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.GatewayProcess;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways in processes of their own on one Redis. */
@Tag("integration")
@Timeout(240)
class SeveralGatewaysTest {
    private static final int NODES = 3;
    private static final int CALLERS = 100;
    private static final long LEASE_MS = 4_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final ExecutorService callers = Executors.newFixedThreadPool(NODES * CALLERS);
    private final List<GatewayProcess> nodes = new ArrayList<>();

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopAll() {
        server.dials().release();
        callers.shutdownNow();
        nodes.forEach(GatewayProcess::close);
        server.close();
    }

    private void startNodes(RedisServer redis, int count) throws IOException {
        Path capabilities = Files.createDirectories(folder.resolve("capabilities"));
        Files.writeString(capabilities.resolve("s.yaml"), """
                defaults:
                  metadata:
                    mcp: { server_url: %s, requires_session: true }
                capabilities:
                  - { id: s.echo, metadata: { mcp: { tool_name: echo } } }
                """.formatted(server.uri()));
        for (int i = 0; i < count; i++) {
            nodes.add(GatewayProcess.start(
                    capabilities,
                    Map.of(
                            "serai.store",
                            "redis",
                            "serai.store.redis-url",
                            redis.url(),
                            "serai.store.lease",
                            LEASE_MS + "ms",
                            // Callers wait for what a test holds back, however slow the machine is.
                            "serai.session.open-timeout",
                            "200s",
                            "serai.timeout",
                            "200s"),
                    Map.of("SERAI_STORE_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")));
        }
    }

    private Future<HttpResponse<String>> call(GatewayProcess node) {
        return callers.submit(() -> node.post("s.echo", "{\"message\":\"hi\"}"));
    }

    private static void assertAnswered(Future<HttpResponse<String>> call)
            throws ExecutionException, InterruptedException {
        HttpResponse<String> answer = call.get();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** All of them wait as long as no session is open. */
    private static int callersOf(GatewayProcess node) {
        return TestGateway.tree(node.get("/admin/invocations").body())
                .path("inProgress")
                .asInt();
    }

    @Test
    void afterAKillTheSessionInRedisServesTheNextProcessAndAFurtherNode() throws Exception {
        try (RedisServer redis = RedisServer.start(folder)) {
            startNodes(redis, 1);
            HttpResponse<String> first = call(nodes.get(0)).get();
            assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
            nodes.remove(0).kill();

            startNodes(redis, 2);

            for (GatewayProcess node : nodes) {
                HttpResponse<String> next = call(node).get();
                assertThat(next.statusCode()).as(next.body()).isEqualTo(200);
                assertThat(next.headers().firstValue("Serai-Session"))
                        .isPresent()
                        .isEqualTo(first.headers().firstValue("Serai-Session"));
                assertThat(next.headers().firstValue("Serai-Attempts")).contains("1");
            }
            assertThat(server.counters().initialize()).isEqualTo(1);
            assertThat(server.counters().executions("echo")).isEqualTo(3);
        }
    }

    @Test
    void threeHundredColdCallersOfThreeNodesHaveOneSessionOpened() throws Exception {
        try (RedisServer redis = RedisServer.start(folder)) {
            startNodes(redis, NODES);
            server.dials().holdInitialize();
            List<Future<HttpResponse<String>>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                for (GatewayProcess node : nodes) {
                    calls.add(call(node));
                }
            }
            await().atMost(PATIENCE).until(() -> nodes.stream().allMatch(node -> callersOf(node) == CALLERS));
            await().atMost(PATIENCE).until(() -> server.counters().initialize() > 0);
            assertThat(server.counters().executions("echo")).isZero();
            server.dials().release();
            for (Future<HttpResponse<String>> call : calls) {
                assertAnswered(call);
            }
            assertThat(server.counters().executions("echo")).isEqualTo(NODES * CALLERS);
            assertThat(server.counters().initialize()).isEqualTo(1);
        }
    }

    @Test
    void whenANodeIsKilledWhileItOpensTheOthersGoOnAfterItsLease() throws Exception {
        try (RedisServer redis = RedisServer.start(folder)) {
            startNodes(redis, NODES);
            server.dials().holdInitialize();
            GatewayProcess doomed = nodes.remove(0);
            Future<HttpResponse<String>> lost = call(doomed);
            await().atMost(PATIENCE).until(() -> server.counters().initialize() == 1);
            List<Future<HttpResponse<String>>> calls = new ArrayList<>();
            for (GatewayProcess node : nodes) {
                calls.add(call(node));
                calls.add(call(node));
            }
            // Longer than a lease: the living holder keeps its reservation.
            long patience = System.nanoTime() + 2 * LEASE_MS * 1_000_000;
            await().until(() -> System.nanoTime() > patience);
            assertThat(server.counters().initialize()).isEqualTo(1);
            doomed.kill();
            List<String> reserved = redis.places();
            assertThat(reserved).hasSize(1);
            assertThat(redis.millisToLive(reserved.get(0))).isLessThanOrEqualTo(LEASE_MS);
            await().atMost(PATIENCE).until(() -> server.counters().initialize() == 2);
            server.dials().release();
            for (Future<HttpResponse<String>> call : calls) {
                assertAnswered(call);
            }
            assertThat(lost).failsWithin(PATIENCE).withThrowableOfType(ExecutionException.class);
            assertThat(server.counters().initialize()).isEqualTo(2);
        }
    }
}
