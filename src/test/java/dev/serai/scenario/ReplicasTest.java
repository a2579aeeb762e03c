package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is there three times. */
@Timeout(180)
class ReplicasTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HI = "{\"message\":\"hi\"}";

    @TempDir
    Path folder;

    private final List<SampleMcpServer> servers = new ArrayList<>();

    @BeforeEach
    void start() {
        for (int i = 0; i < 3; i++) {
            SampleMcpServer server = new SampleMcpServer();
            server.start();
            servers.add(server);
        }
    }

    @AfterEach
    void stop() {
        servers.forEach(SampleMcpServer::close);
    }

    private TestGateway gateway() {
        StringBuilder urls = new StringBuilder();
        servers.forEach(server -> urls.append(urls.isEmpty() ? "" : ", ")
                .append('"')
                .append(server.uri())
                .append('"'));
        String yaml = """
                defaults:
                  metadata:
                    mcp: { server_url: [%s], requires_session: true, protocol_version: 2025-11-25 }
                capabilities:
                  - { id: echo, metadata: { mcp: { tool_name: echo } } }
                  - { id: twice, metadata: { mcp: { tool_name: echo }, policy: { idempotent: true } } }
                  - { id: count, metadata: { mcp: { tool_name: counter }, session: { scope: conversation } } }
                """.formatted(urls);
        return TestGateway.in(folder).capabilities("c.yaml", yaml).start();
    }

    private List<Long> executions(String tool) {
        return servers.stream()
                .map(server -> server.counters().executions(tool))
                .toList();
    }

    private static int count(TestGateway gateway, Map<String, String> conversation) {
        return gateway.call("count", "{}", conversation).body().path("count").asInt();
    }

    @Test
    void callsThatShareASessionGoToAllReplicasInTurns() {
        try (TestGateway gateway = gateway()) {
            for (int i = 0; i < 9; i++) {
                assertThat(gateway.post("echo", HI).statusCode()).isEqualTo(200);
            }
            assertThat(executions("echo")).containsExactly(3L, 3L, 3L);
            assertThat(servers)
                    .allSatisfy(
                            server -> assertThat(server.counters().initialize()).isEqualTo(1));
        }
    }

    @Test
    void aCallGoesWhereFewestAreInProgress() throws Exception {
        try (TestGateway gateway = gateway()) {
            servers.forEach(server -> server.dials().holdCalls());
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int before = i;
                Thread caller = new Thread(() -> gateway.post("echo", HI));
                callers.add(caller);
                caller.start();
                await().atMost(PATIENCE)
                        .until(() -> executions("echo").stream()
                                        .mapToLong(each -> each)
                                        .sum()
                                == before + 1);
            }
            assertThat(executions("echo")).containsExactly(2L, 2L, 2L);
            servers.forEach(server -> server.dials().release());
            for (Thread caller : callers) {
                caller.join();
            }
        }
    }

    @Test
    void oneThatDiesUnderLoadAndReturnsCostsNoCallAndNoSessionOfTheOthers() throws Exception {
        try (TestGateway gateway = gateway()) {
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            Queue<String> failed = new ConcurrentLinkedQueue<>();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Thread caller = new Thread(() -> {
                    while (!over.get()) {
                        CallOutcome outcome = gateway.call("twice", HI);
                        if (outcome.completed()) {
                            answered.incrementAndGet();
                        } else {
                            failed.add(outcome.body().toString());
                        }
                    }
                });
                callers.add(caller);
                caller.start();
            }
            SampleMcpServer dying = servers.get(1);
            await().atMost(PATIENCE).until(() -> dying.counters().executions("echo") > 20);
            dying.close();
            HeldPort port = new HeldPort(dying.uri());
            int then = answered.get();
            await().atMost(PATIENCE).until(() -> answered.get() > then + 100);
            await().atMost(PATIENCE).until(() -> Scraped.of(gateway).sum("serai_replicas_resting") == 1);
            long before = dying.counters().executions("echo");
            port.give(dying::start);
            await().atMost(PATIENCE).until(() -> dying.counters().executions("echo") > before + 20);
            over.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(failed).isEmpty();
            assertThat(servers.get(0).counters().initialize()).isEqualTo(1);
            assertThat(servers.get(2).counters().initialize()).isEqualTo(1);
            assertThat(Scraped.of(gateway).sum("serai_replicas_resting")).isZero();
        }
    }

    @Test
    void aConversationStaysWhereItsSessionIsAndMovesOnlyWhenThatIsGone() {
        try (TestGateway gateway = gateway()) {
            Set<Integer> homes = new HashSet<>();
            for (int c = 0; c < 30; c++) {
                Map<String, String> conversation = Map.of("CapabilityConversation", "c" + c);
                List<Long> before = executions("counter");
                assertThat(count(gateway, conversation)).isEqualTo(1);
                assertThat(count(gateway, conversation)).isEqualTo(2);
                for (int i = 0; i < 3; i++) {
                    if (executions("counter").get(i) == before.get(i) + 2) {
                        homes.add(i);
                    }
                }
            }
            // All of them are used, and no conversation uses two.
            assertThat(homes).containsExactlyInAnyOrder(0, 1, 2);
            assertThat(executions("counter").stream().mapToLong(each -> each).sum())
                    .isEqualTo(60);

            Map<String, String> mine = Map.of("CapabilityConversation", "c0");
            List<Long> before = executions("counter");
            assertThat(count(gateway, mine)).isEqualTo(3);
            int home = 0;
            while (executions("counter").get(home).equals(before.get(home))) {
                home++;
            }
            SampleMcpServer gone = servers.get(home);
            gone.close();
            HeldPort port = new HeldPort(gone.uri());
            assertThat(count(gateway, mine)).isEqualTo(1);
            port.give(gone::start);
            // It stays where its new session is.
            assertThat(count(gateway, mine)).isEqualTo(2);
            await().atMost(PATIENCE).until(() -> Scraped.of(gateway).sum("serai_replicas_resting") == 0);
            assertThat(count(gateway, mine)).isEqualTo(3);
        }
    }

    @Test
    void whereAllAreGoneTheCallFailsAndWhatIsNotThereIsTriedEachOnce() {
        try (TestGateway gateway = gateway()) {
            servers.forEach(SampleMcpServer::close);
            List<HeldPort> ports =
                    servers.stream().map(server -> new HeldPort(server.uri())).toList();
            CallOutcome outcome = gateway.call("echo", HI);
            assertThat(outcome.completed()).isFalse();
            assertThat(outcome.headers().get("CapabilityErrorCode"))
                    .isIn("session_unavailable", "upstream_unavailable");
            assertThat(Scraped.of(gateway).sum("serai_replicas_resting")).isEqualTo(3);
            ports.get(2).give(servers.get(2)::start);
            await().atMost(PATIENCE).until(() -> gateway.call("echo", HI).completed());
            ports.forEach(HeldPort::free);
        }
    }

    @Test
    void whatHasWorkedIsNotDoneAgainAtAnother() {
        try (TestGateway gateway = gateway()) {
            servers.forEach(server -> server.dials().nextStatuses(500));
            assertThat(gateway.post("echo", HI).statusCode()).isEqualTo(502);
            assertThat(servers.stream()
                            .mapToLong(server -> server.counters().calls())
                            .sum())
                    .isEqualTo(1);
        }
    }
}
