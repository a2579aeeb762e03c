package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.LostSession;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(90)
class OneSessionForAllTest {
    private static final int CALLERS = 200;

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

    private TestGateway gateway(String metadata) {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, metadata, "echo", "side_effect", "add"))
                .start();
    }

    @Test
    void twoHundredCallersOnAColdPoolShareOneInitialize() {
        try (TestGateway gateway = gateway("");
                Callers callers = new Callers(CALLERS)) {
            List<HttpResponse<String>> answers =
                    callers.callAll(i -> gateway.post("sample.echo", "{\"message\":\"m" + i + "\"}"));

            for (int i = 0; i < CALLERS; i++) {
                assertThat(answers.get(i).statusCode()).isEqualTo(200);
                assertThat(answers.get(i).body()).isEqualTo("\"m" + i + "\"");
            }
            assertThat(server.counters().initialize()).isEqualTo(1);
            assertThat(server.counters().initialized()).isEqualTo(1);
            assertThat(server.counters().executions("echo")).isEqualTo(CALLERS);
            assertThat(server.counters().duplicateIds()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(LostSession.class)
    void aSessionLostUnderTwoHundredCallersIsRenewedOnceAndNobodyNotices(LostSession form) {
        server.dials().lostSessionAs(form);
        try (TestGateway gateway = gateway("");
                Callers callers = new Callers(CALLERS)) {
            assertThat(gateway.call("sample.echo", "{\"message\":\"warm\"}").completed())
                    .isTrue();
            server.expireAllSessions();

            List<CallOutcome> outcomes =
                    callers.callAll(i -> gateway.call("sample.side_effect", "{\"key\":\"k" + i + "\"}"));

            assertThat(outcomes).allMatch(CallOutcome::completed);
            assertThat(server.counters().initialize()).isEqualTo(2);
            for (int i = 0; i < CALLERS; i++) {
                assertThat(server.counters().sideEffects("k" + i)).isEqualTo(1);
            }
        }
    }

    @Test
    void aSessionLostInTheMiddleOfTwoThousandCallsIsRenewedOnce() {
        try (TestGateway gateway = gateway("");
                Callers callers = new Callers(CALLERS)) {
            AtomicBoolean expired = new AtomicBoolean();
            LongAdder made = new LongAdder();
            List<Future<Boolean>> calls = callers.start(i -> {
                boolean all = true;
                int after = 0;
                for (int n = 0; n < 10 || after < 5; n++) {
                    after += expired.get() ? 1 : 0;
                    made.increment();
                    all &= gateway.call("sample.side_effect", "{\"key\":\"k" + i + "-" + n + "\"}")
                            .completed();
                }
                return all;
            });
            try {
                Awaitility.await().until(() -> server.counters().calls() >= 3L * CALLERS);
                server.expireAllSessions();
            } finally {
                expired.set(true);
            }

            assertThat(Callers.results(calls)).doesNotContain(false);
            assertThat(server.counters().initialize()).isEqualTo(2);
            assertThat(made.sum()).isGreaterThanOrEqualTo(10L * CALLERS);
            assertThat(server.counters().executions("side_effect")).isEqualTo(made.sum());
        }
    }

    @Test
    void aSessionLostTwiceIsRenewedTwice() {
        server.dials().lostSessionAs(LostSession.BAD_REQUEST);
        try (TestGateway gateway = gateway("")) {
            for (int round = 1; round <= 4; round++) {
                CallOutcome outcome = gateway.call("sample.echo", "{\"message\":\"hi\"}");
                assertThat(outcome.completed())
                        .as("round %s: %s", round, outcome.body())
                        .isTrue();
                assertThat(server.counters().initialize()).isEqualTo(round);
                server.expireAllSessions();
            }
        }
    }

    @Test
    void aCallWhoseWorkHadBegunIsNotReplayed() {
        assertThat(sideEffectsOfACallCutOffInTheMiddle("")).isEqualTo(1);
    }

    @Test
    void anIdempotentCallWhoseWorkHadBegunIsReplayedOnce() {
        assertThat(sideEffectsOfACallCutOffInTheMiddle("policy: { idempotent: true }"))
                .isEqualTo(2);
    }

    private long sideEffectsOfACallCutOffInTheMiddle(String metadata) {
        try (TestGateway gateway = gateway(metadata);
                Callers one = new Callers(1)) {
            assertThat(gateway.call("sample.echo", "{\"message\":\"warm\"}").completed())
                    .isTrue();
            server.dials().holdCalls();
            List<Future<CallOutcome>> call = one.start(i -> gateway.call("sample.side_effect", "{\"key\":\"cut\"}"));
            Awaitility.await().until(() -> server.counters().sideEffects("cut") == 1);
            server.expireAllSessions();
            server.dials().release();

            CallOutcome outcome = Callers.results(call).get(0);
            boolean replayed = server.counters().sideEffects("cut") > 1;
            assertThat(outcome.completed()).isEqualTo(replayed);
            return server.counters().sideEffects("cut");
        }
    }

    @Test
    void oneCallersBadRequestsDoNotChurnTheSharedSession() {
        try (TestGateway gateway = gateway("")) {
            assertThat(gateway.call("sample.echo", "{\"message\":\"warm\"}").completed())
                    .isTrue();
            for (int i = 0; i < 10; i++) {
                server.dials().nextStatuses(i == 0 ? new int[] {400, 400} : new int[] {400});
                CallOutcome refused = gateway.call("sample.echo", "{\"message\":\"bad\"}");
                assertThat(refused.headers()).containsEntry("CapabilityErrorCode", "upstream_error");
                assertThat(gateway.call("sample.echo", "{\"message\":\"good\"}").completed())
                        .isTrue();
            }
            assertThat(server.counters().initialize()).isEqualTo(2);
        }
    }
}
