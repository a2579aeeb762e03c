package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SessionHazardsTest {
    private static final String HI = "{\"message\":\"hi\"}";

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private TestGateway gateway(String requiresSession, String metadata) {
        return TestGateway.in(folder)
                .setting("serai.session.failure-backoff", "0ms")
                .capabilities(
                        "sample.yaml",
                        Sample.declarations(
                                server.uri().toString(),
                                "sample",
                                requiresSession,
                                metadata,
                                List.of("echo", "side_effect")))
                .start();
    }

    @Test
    void aStatusThatMayComeAfterWorkRenewsTheSessionButReplaysNothing() {
        try (TestGateway gateway = gateway("true", "session: { lost_when: '500' }")) {
            assertThat(gateway.call("sample.echo", HI).completed()).isTrue();
            server.dials().nextStatuses(500);

            CallOutcome outcome = gateway.call("sample.echo", HI);

            assertThat(outcome.headers()).containsEntry("CapabilityErrorCode", "upstream_error");
            assertThat(server.counters().calls()).isEqualTo(2);
            assertThat(gateway.call("sample.echo", HI).completed()).isTrue();
            assertThat(server.counters().initialize()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405, 501})
    void aServerThatOnceRefusedToOpenASessionIsAskedAgain(int status) {
        server.dials().initializeStatus(status);
        try (TestGateway gateway = gateway("true", "")) {
            assertThat(gateway.call("sample.echo", HI).headers())
                    .containsEntry("CapabilityErrorCode", "session_unavailable");
            server.dials().initializeStatus(200);
            assertThat(gateway.call("sample.echo", HI).completed()).isTrue();
        }
    }

    @Test
    void aServerTakenForStatelessByMistakeIsAskedAgain() {
        server.dials().initializeStatus(404);
        try (TestGateway gateway = gateway("auto", "")) {
            assertThat(gateway.call("sample.echo", HI).completed()).isFalse();
            server.dials().initializeStatus(200);
            Awaitility.await().until(() -> gateway.call("sample.echo", HI).completed());
        }
    }

    @Test
    void aHandshakeThatFailsHalfWayLeavesNoSessionBehind() {
        server.dials().initializedStatus(500);
        try (TestGateway gateway = gateway("true", "")) {
            assertThat(gateway.call("sample.echo", HI).completed()).isFalse();
            assertThat(server.counters().initialize()).isEqualTo(1);
            assertThat(server.counters().deletes()).isEqualTo(1);
            assertThat(server.openSessions()).isZero();
        }
    }

    @Test
    void aCallInProgressEndsBeforeItsSessionIsClosed() {
        try (Callers one = new Callers(2)) {
            TestGateway gateway = gateway("true", "");
            assertThat(gateway.call("sample.echo", HI).completed()).isTrue();
            server.dials().holdCalls();
            List<Future<CallOutcome>> both = one.start(i -> {
                if (i == 0) {
                    return gateway.call("sample.side_effect", "{\"key\":\"last\"}");
                }
                Awaitility.await().until(() -> server.counters().sideEffects("last") == 1);
                gateway.close();
                return gateway.call("sample.echo", HI);
            });
            Awaitility.await().until(() -> server.counters().sideEffects("last") == 1);
            Awaitility.await().until(() -> gateway.get("/observe/health/ready").statusCode() == 503);
            assertThat(server.counters().deletes()).isZero();
            server.dials().release();

            assertThat(Callers.results(both.subList(0, 1)).get(0).completed()).isTrue();
            Awaitility.await().until(() -> server.counters().deletes() == 1);
        }
    }
}
