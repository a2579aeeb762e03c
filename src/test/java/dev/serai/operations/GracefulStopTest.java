package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.SeraiHeaders;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was accepted before a stop is answered, what comes after it is refused. */
@Timeout(120)
class GracefulStopTest {
    private static final int CALLS = 50;
    private static final int QUEUED = 20;
    private static final int CALLERS = 16;
    private static final String DECLARATION = """
            capabilities:
              - id: s.echo
                metadata:
                  mcp: { server_url: "%s", requires_session: true, tool_name: echo }
                input_schema: { type: object }
            """;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.dials().release();
        threads.shutdownNow();
        server.close();
    }

    private TestGateway.Builder gateway() {
        return TestGateway.in(folder)
                .capabilities("s.yaml", DECLARATION.formatted(server.uri()))
                .setting("serai.session.close-timeout", "20s");
    }

    private static HttpResponse<String> call(TestGateway gateway) {
        return gateway.post("s.echo", "{\"message\":\"hi\"}");
    }

    private List<Future<HttpResponse<String>>> held(TestGateway gateway) {
        server.dials().holdCalls();
        List<Future<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(threads.submit(() -> call(gateway)));
        }
        await().until(() -> server.counters().calls() == CALLS);
        return calls;
    }

    private static void awaitNotReady(TestGateway gateway) {
        await().until(() -> gateway.get("/observe/health/ready").statusCode() == 503);
    }

    @Test
    void whatWasAcceptedIsAnsweredWhatIsNewIsRefusedAndTheSessionsAreClosed() throws Exception {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway = gateway().start()) {
            List<Future<HttpResponse<String>>> calls = held(gateway);
            Future<?> stop = threads.submit(gateway.gateway()::close);
            await().until(() -> gateway.get("/capabilities").statusCode() == 503);
            HttpResponse<String> refused = call(gateway);

            assertThat(refused.body()).contains("shutting_down");
            assertThat(refused.headers().firstValue("Connection")).contains("close");
            assertThat(gateway.get("/observe/health/ready").statusCode()).isEqualTo(503);
            assertThat(gateway.get("/observe/health/live").statusCode()).isEqualTo(200);
            assertThat(stop.isDone()).isFalse();

            server.dials().release();
            for (Future<HttpResponse<String>> answer : calls) {
                HttpResponse<String> reply = answer.get(60, TimeUnit.SECONDS);
                assertThat(reply.statusCode()).isEqualTo(200);
                assertThat(reply.headers().firstValue("Connection")).contains("close");
            }
            stop.get(20, TimeUnit.SECONDS);
            assertThat(server.counters().calls()).isEqualTo(CALLS);
            assertThat(server.counters().deletes()).isEqualTo(1);
            assertThat(String.join("\n", log.events()))
                    .contains("50 calls in progress answered", " 0 aborted, 1 sessions closed, 0 left");
        }
    }

    @Test
    void whatOutlastsTheDeadlineIsAnsweredWithShuttingDown() throws Exception {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway =
                        gateway().setting("serai.shutdown-timeout", "1s").start()) {
            List<Future<HttpResponse<String>>> calls = held(gateway);

            gateway.gateway().close();

            for (Future<HttpResponse<String>> answer : calls) {
                HttpResponse<String> reply = answer.get(60, TimeUnit.SECONDS);
                assertThat(reply.statusCode()).isEqualTo(503);
                assertThat(reply.body()).contains("shutting_down");
            }
            assertThat(String.join("\n", log.events())).contains(" 0 calls in progress answered", " 50 aborted");
        }
    }

    private List<Future<HttpResponse<String>>> named(TestGateway gateway) {
        List<Future<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            String id = "call-" + i;
            calls.add(
                    threads.submit(() -> gateway.post("s.echo", "{\"message\":\"hi\"}", SeraiHeaders.REQUEST_ID, id)));
        }
        return calls;
    }

    private static int queued(TestGateway gateway) {
        return TestGateway.tree(gateway.get("/admin/invocations").body())
                .at("/queued/medium")
                .asInt();
    }

    @Test
    void whatWaitsForAdmissionIsAnsweredAndNewCallsInThisProcessAreRefused() throws Exception {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway = gateway()
                        .setting("serai.limits.in-flight", Integer.toString(CALLS - QUEUED))
                        .start()) {
            server.dials().holdCalls();
            List<Future<HttpResponse<String>>> calls = named(gateway);
            await().until(() -> server.counters().calls() == CALLS - QUEUED && queued(gateway) == QUEUED);
            Future<?> stop = threads.submit(gateway.gateway()::close);
            awaitNotReady(gateway);
            await().until(() -> gateway.get("/capabilities").statusCode() == 503);

            CallOutcome refused = gateway.call("s.echo", "{\"message\":\"late\"}");
            assertThat(refused.body().path("code").asText()).isEqualTo("shutting_down");
            assertThat(stop.isDone()).isFalse();

            server.dials().release();
            for (Future<HttpResponse<String>> answer : calls) {
                assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            stop.get(20, TimeUnit.SECONDS);
            assertThat(server.counters().calls()).isEqualTo(CALLS);
            assertThat(String.join("\n", log.events()))
                    .contains("50 calls in progress answered (20 of them from the queue), 0 aborted");
        }
    }

    @Test
    void atTheDeadlineCallersOfEveryEntryAreToldWhetherTheirCallsRanOrWaited() throws Exception {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway = gateway()
                        .setting("serai.limits.in-flight", Integer.toString(CALLS - QUEUED))
                        .setting("serai.shutdown-timeout", "1s")
                        .start()) {
            server.dials().holdCalls();
            Future<CallOutcome> running = inProcess(gateway, "inside-running");
            await().until(() -> server.counters().calls() == 1);
            List<Future<HttpResponse<String>>> calls = named(gateway);
            await().until(() -> queued(gateway) == QUEUED + 1);
            Future<CallOutcome> waiting = inProcess(gateway, "inside-waiting");
            await().until(() -> queued(gateway) == QUEUED + 2);

            gateway.gateway().close();

            for (int i = 0; i < CALLS; i++) {
                HttpResponse<String> reply = calls.get(i).get(60, TimeUnit.SECONDS);
                assertThat(reply.statusCode()).isEqualTo(503);
                assertThat(reply.body()).contains("shutting_down", "\"call-" + i + "\"");
                assertThat(reply.headers().firstValue(SeraiHeaders.REQUEST_ID)).contains("call-" + i);
            }
            for (Future<CallOutcome> inside : List.of(running, waiting)) {
                CallOutcome outcome = inside.get(60, TimeUnit.SECONDS);
                assertThat(outcome.body().path("code").asText()).isEqualTo("shutting_down");
                assertThat(outcome.body().path("requestId").asText()).startsWith("inside-");
                assertThat(outcome.headers()).containsEntry(InvocationHeaders.ERROR_CODE, "shutting_down");
            }
            assertThat(String.join("\n", log.events()))
                    .contains(
                            " 0 calls in progress answered (0 of them from the queue), 52 aborted, 1 sessions closed");
        }
    }

    private Future<CallOutcome> inProcess(TestGateway gateway, String requestId) {
        return threads.submit(
                () -> gateway.call("s.echo", "{\"message\":\"hi\"}", Map.of(InvocationHeaders.REQUEST_ID, requestId)));
    }

    /** Callers do not pause for the stop: each call gets an answer, or has not been made at all. */
    @Test
    void underALoadThatGoesOnNoCallIsMadeWithoutAnAnswer() throws Exception {
        String effect = DECLARATION.replace("echo", "side_effect").formatted(server.uri());
        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        try (TestGateway gateway = gateway().capabilities("s.yaml", effect).start()) {
            List<Future<?>> callers = new ArrayList<>();
            for (int c = 0; c < CALLERS; c++) {
                int caller = c;
                callers.add(threads.submit(() -> {
                    for (int i = 0; !over.get(); i++) {
                        if (isAccountedFor(gateway, caller + "-" + i)) {
                            answered.incrementAndGet();
                        }
                    }
                }));
            }
            await().until(() -> answered.get() > CALLS);

            gateway.gateway().close();

            over.set(true);
            for (Future<?> caller : callers) {
                caller.get(60, TimeUnit.SECONDS);
            }
            assertThat(server.openSessions()).isZero();
        }
    }

    /** Whether there was an answer; without one, and with a refusal, there is no effect. */
    private boolean isAccountedFor(TestGateway gateway, String key) {
        try {
            HttpResponse<String> answer = gateway.post("s.side_effect", "{\"key\":\"" + key + "\"}");
            long effects = server.counters().sideEffects(key);
            assertThat(effects).as(answer.body()).isEqualTo(answer.statusCode() == 200 ? 1 : 0);
            return true;
        } catch (IllegalStateException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
            assertThat(server.counters().sideEffects(key))
                    .as("effects of a call without an answer")
                    .isZero();
            return false;
        }
    }

    @Test
    void theDelayKeepsCallsComingWhileReadinessSaysNo() throws Exception {
        try (TestGateway gateway =
                gateway().setting("serai.shutdown-delay", "1h").start()) {
            Thread stop = new Thread(gateway.gateway()::close);
            stop.start();
            try {
                awaitNotReady(gateway);
                assertThat(call(gateway).statusCode()).isEqualTo(200);
                assertThat(stop.isAlive()).isTrue();
            } finally {
                stop.interrupt();
                stop.join();
            }
            assertThat(server.counters().deletes()).isEqualTo(1);
        }
    }

    @Test
    void aTimerStopsTakingButWhatItHasBegunEnds() {
        String route = """
                - route:
                    id: ticks
                    from:
                      uri: timer:ticks?period=1&delay=0
                      steps:
                        - setBody: { constant: "{\\"message\\":\\"tick\\"}" }
                        - setHeader: { name: CapabilityId, constant: s.echo }
                        - to: direct:invoke-capability
                """;
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                TestGateway gateway = gateway().routes("ticks.yaml", route).start()) {
            await().until(() -> server.counters().calls() > 10);

            gateway.gateway().close();

            assertThat(String.join("\n", log.events())).contains(" 0 aborted").doesNotContain("WARN");
            assertThat(server.counters().deletes()).isEqualTo(1);
        }
    }
}
