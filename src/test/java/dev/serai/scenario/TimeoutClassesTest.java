package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which bound ends a call: that of a normal one, of an event stream, or of the wait for its turn. */
@Timeout(120)
class TimeoutClassesTest {
    private static final String HI = "{\"message\":\"hi\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final String[] EVENTS = {"Accept", "text/event-stream"};

    private final SampleMcpServer server = new SampleMcpServer();

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.dials().release();
        server.close();
    }

    private TestGateway.Builder gateway(String metadata) {
        return TestGateway.in(folder).capabilities("sample.yaml", Sample.declarations(server, metadata, "echo"));
    }

    private static void timedOutAsEvents(TestGateway gateway) {
        HttpResponse<String> answer = gateway.post("sample.echo", HI, EVENTS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(answer.body()).contains("event: error").contains("\"code\":\"timeout\"");
    }

    @Test
    void anEventStreamOutlivesTheBoundOfNormalCalls() {
        try (TestGateway gateway = gateway("").setting("serai.timeout", "4s").start();
                Callers callers = new Callers(1)) {
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
            server.dials().holdCalls();
            Future<HttpResponse<String>> stream =
                    callers.start(i -> gateway.post("sample.echo", HI, EVENTS)).get(0);
            await().until(() -> server.counters().executions("echo") == 2);

            for (int i = 0; i < 2; i++) {
                Refusals.overRest(gateway.post("sample.echo", HI), 504, "timeout");
            }
            server.dials().release();
            HttpResponse<String> answer = Callers.results(List.of(stream)).get(0);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("event: result").contains("hi");
        }
    }

    @Test
    void anEventStreamEndsAtItsOwnBound() {
        try (TestGateway gateway = gateway("")
                .setting("serai.timeout", "1h")
                .setting("serai.timeout.streaming", "300ms")
                .start()) {
            server.dials().holdCalls();
            timedOutAsEvents(gateway);
        }
    }

    @Test
    void aDeclarationsOwnBoundForEventStreamsComesFirst() {
        try (TestGateway gateway = gateway("policy: { timeout: 1h, timeout_streaming: 300ms }")
                .setting("serai.timeout.streaming", "1h")
                .start()) {
            server.dials().holdCalls();
            timedOutAsEvents(gateway);
        }
    }

    @Test
    void aDeclarationsOnlyBoundHoldsForEventStreamsToo() {
        try (TestGateway gateway = gateway("policy: { timeout: 300ms }")
                .setting("serai.timeout.streaming", "1h")
                .start()) {
            server.dials().holdCalls();
            timedOutAsEvents(gateway);
            await().atMost(PATIENCE)
                    .until(() -> Scraped.of(gateway)
                                    .sum("serai_invocations_total", "code=\"timeout\"", "status=\"timed_out\"")
                            == 1);
        }
    }

    @Test
    void aDeclarationsPatienceEndsTheWaitForATurn() {
        try (TestGateway gateway = gateway("policy: { timeout: 1h, timeout_queue: 100ms }")
                        .setting("serai.limits.in-flight", "1")
                        .setting("serai.queue.timeout", "1h")
                        .start();
                Callers callers = new Callers(1)) {
            server.dials().holdCalls();
            Future<HttpResponse<String>> first =
                    callers.start(i -> gateway.post("sample.echo", HI)).get(0);
            await().until(() -> server.counters().executions("echo") == 1);

            Refusals.overRest(gateway.post("sample.echo", HI), 503, "queue_timeout");
            server.dials().release();
            assertThat(Callers.results(List.of(first)).get(0).statusCode()).isEqualTo(200);
            assertThat(server.counters().executions("echo")).isEqualTo(1);
        }
    }

    @Test
    void aDeclarationsPatienceEndsTheWaitForABusySessionToo() {
        try (TestGateway gateway = gateway("policy: { timeout: 1h, timeout_queue: 100ms }\nsession: { concurrency: 1 }")
                        .start();
                Callers callers = new Callers(1)) {
            server.dials().holdCalls();
            Future<HttpResponse<String>> first =
                    callers.start(i -> gateway.post("sample.echo", HI)).get(0);
            await().until(() -> server.counters().executions("echo") == 1);

            Refusals.overRest(gateway.post("sample.echo", HI), 503, "queue_timeout");
            server.dials().release();
            assertThat(Callers.results(List.of(first)).get(0).statusCode()).isEqualTo(200);
            assertThat(server.counters().executions("echo")).isEqualTo(1);
        }
    }
}
