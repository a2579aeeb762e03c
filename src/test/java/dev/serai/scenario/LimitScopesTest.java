package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whom a limit holds back and whom it leaves alone, and how long a permit is held. */
@Timeout(120)
class LimitScopesTest {
    private static final String HI = "{\"message\":\"hi\"}";
    private static final String OWN = """
            - route:
                id: own-call
                from:
                  uri: direct:own-call
                  steps:
                    %s
            """;

    private final SampleMcpServer server = new SampleMcpServer();

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        server.start();
        ParkingStep.prepare();
    }

    @AfterEach
    void stop() {
        ParkingStep.release();
        server.dials().release();
        server.close();
    }

    private TestGateway.Builder gateway(String step, String policy) {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, "", "echo"))
                .capabilities("own.yaml", """
                        capabilities:
                          - id: own.call
                            metadata: { own: { server_url: "http://127.0.0.1:1/" }, policy: { %s } }
                            input_schema: { type: object }
                        """.formatted(policy))
                .routes("own.camel.yaml", OWN.formatted(step));
    }

    private static JsonNode state(TestGateway gateway) {
        return TestGateway.tree(gateway.get("/admin/invocations").body());
    }

    /** One of two calls runs and the other waits, while a call that the limit is not about goes through. */
    private void holdsBackTheSecondButNot(TestGateway gateway, String other) {
        gateway.call("sample.echo", HI);
        server.dials().holdCalls();
        try (Callers callers = new Callers(2)) {
            List<Future<HttpResponse<String>>> both = callers.start(i -> gateway.post("sample.echo", HI));
            await().until(() -> state(gateway).path("queued").path("medium").asInt() == 1);
            await().until(() -> server.counters().executions("echo") == 2);
            assertThat(gateway.post(other, HI).statusCode()).isEqualTo(200);
            assertThat(server.counters().executions("echo")).isEqualTo(2);
            server.dials().release();
            Callers.results(both)
                    .forEach(answer ->
                            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200));
        }
        await().until(() -> state(gateway).path("inFlight").asInt(-1) == 0);
    }

    @Test
    void aProvidersLimitHoldsBackNoOtherProvider() {
        String answer = "- setBody: { expression: { constant: { expression: done } } }";
        try (TestGateway gateway = gateway(answer, "idempotent: false")
                .setting("serai.limits.per-provider", "1")
                .start()) {
            holdsBackTheSecondButNot(gateway, "own.call");
        }
    }

    @Test
    void aServersLimitHoldsBackNoOtherServerOfTheProvider() {
        try (SampleMcpServer second = new SampleMcpServer()) {
            second.start();
            try (TestGateway gateway = TestGateway.in(folder)
                    .capabilities("sample.yaml", Sample.declarations(server, "", "echo"))
                    .capabilities(
                            "second.yaml",
                            Sample.declarations(second.uri().toString(), "second", "true", "", List.of("echo")))
                    .setting("serai.limits.per-server", "1")
                    .start()) {
                holdsBackTheSecondButNot(gateway, "second.echo");
            }
        }
    }

    @Test
    void aPermitComesBackOnlyWhenWorkThatNothingInterruptsHasEnded() {
        String parks = "- threads: { poolSize: 1, maxPoolSize: 1 }\n"
                + "        - process: { ref: \"#class:dev.serai.scenario.ParkingStep\" }";
        try (TestGateway gateway = gateway(parks, "max_in_flight: 1, timeout_queue: 50ms")
                .setting("serai.shutdown-timeout", "1s")
                .start()) {
            ParkingStep.release();
            assertThat(gateway.post("own.call", "{}").statusCode()).isEqualTo(200);
            ParkingStep.prepare();
            Refusals.overRest(gateway.post("own.call", "{}", "Serai-Timeout-Ms", "3000"), 504, "timeout");
            assertThat(ParkingStep.isParked()).isTrue();
            assertThat(state(gateway).path("inProgress").asInt(-1)).isZero();
            assertThat(state(gateway).path("inFlight").asInt()).isEqualTo(1);
            Refusals.overRest(gateway.post("own.call", "{}"), 503, "queue_timeout");

            ParkingStep.release();
            await().until(() -> state(gateway).path("inFlight").asInt(-1) == 0);
            HttpResponse<String> next = gateway.post("own.call", "{}");
            assertThat(next.statusCode()).as(next.body()).isEqualTo(200);
        }
    }
}
