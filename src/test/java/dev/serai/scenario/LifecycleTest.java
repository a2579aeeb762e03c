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

/** The life of an invocation, as callers, the upstream and the administrator see it. */
@Timeout(120)
class LifecycleTest {
    private static final String HI = "{\"message\":\"hi\"}";
    private static final List<String> METADATA =
            List.of("serai-request-id", "serai-session", "serai-session-reused", "serai-attempts", "serai-duration-ms");

    private final SampleMcpServer server = new SampleMcpServer();

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestGateway.Builder gateway() {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, "", "echo", "fail", "side_effect"));
    }

    private static JsonNode invocations(TestGateway gateway) {
        return TestGateway.tree(gateway.get("/admin/invocations").body());
    }

    private static JsonNode ended(TestGateway gateway, String requestId) {
        for (JsonNode call : invocations(gateway).path("ended")) {
            if (call.path("requestId").asText().equals(requestId)) {
                return call;
            }
        }
        return TestGateway.tree("{}");
    }

    @Test
    void aRequestIdIsTakenUntilItsCallHasEnded() throws Exception {
        try (TestGateway gateway = gateway().start();
                Callers callers = new Callers(1)) {
            gateway.call("sample.echo", HI);
            server.dials().holdCalls();
            Future<HttpResponse<String>> first = callers.start(
                            i -> gateway.post("sample.echo", HI, "Serai-Request-Id", "same"))
                    .get(0);
            await().until(() -> server.counters().executions("echo") == 2);

            Refusals.overRest(gateway.post("sample.echo", HI, "Serai-Request-Id", "same"), 409, "duplicate_request");
            server.dials().release();

            assertThat(first.get().statusCode()).isEqualTo(200);
            assertThat(gateway.post("sample.echo", HI, "Serai-Request-Id", "same")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.counters().executions("echo")).isEqualTo(3);
        }
    }

    @Test
    void aCallerThatHangsUpCancelsItsCallOnTheWireAndNoOther() {
        try (TestGateway gateway = gateway().start();
                Callers callers = new Callers(1)) {
            gateway.call("sample.echo", HI);
            server.dials().holdCalls();
            Future<HttpResponse<String>> stays =
                    callers.start(i -> gateway.post("sample.echo", HI)).get(0);
            RawCall goes = new RawCall(gateway.gateway().url(), "sample.echo", HI, "Serai-Request-Id: gone\r\n");
            await().until(() -> server.counters().executions("echo") == 3);
            assertThat(invocations(gateway).path("inProgress").asInt()).isEqualTo(2);
            goes.close();
            await().until(() -> server.counters().abandoned() == 1);
            await().untilAsserted(() ->
                    assertThat(ended(gateway, "gone").path("status").asText()).isEqualTo("cancelled"));
            assertThat(invocations(gateway).path("inProgress").asInt()).isEqualTo(1);
            server.dials().release();

            assertThat(Callers.results(List.of(stays)).get(0).statusCode()).isEqualTo(200);
            assertThat(server.counters().abandoned()).isEqualTo(1);
            assertThat(server.counters().initialize()).isEqualTo(1);
        }
    }

    @Test
    void callersThatHangUpMakeNoServerAFailingOne() {
        try (TestGateway gateway = gateway().start()) {
            gateway.call("sample.echo", HI);
            server.dials().holdCalls();
            for (int i = 1; i <= 4; i++) {
                RawCall goes = new RawCall(gateway.gateway().url(), "sample.echo", HI, "Serai-Request-Id: gone\r\n");
                int sent = i;
                await().until(() -> server.counters().executions("echo") == sent + 1);
                goes.close();
                await().until(() -> invocations(gateway).path("inProgress").asInt(-1) == 0);
            }

            assertThat(ended(gateway, "gone").path("status").asText()).isEqualTo("cancelled");
            assertThat(TestGateway.tree(gateway.get("/observe/health").body())
                            .at("/upstreams/0/status")
                            .asText())
                    .isEqualTo("up");
        }
    }

    @Test
    void aStepThatBlocksElsewhereIsInterruptedAtTheDeadline() {
        try (TestGateway gateway = gateway()
                .capabilities("waits.yaml", """
                        capabilities:
                          - id: waits.call
                            metadata: { waits: { server_url: "http://127.0.0.1:1/" }, policy: { timeout: 200ms } }
                            input_schema: { type: object }
                        """)
                .setting("serai.shutdown-timeout", "1s")
                .routes("waits.camel.yaml", """
                        - route:
                            id: waits-call
                            from:
                              uri: direct:waits-call
                              steps:
                                - delay: { expression: { constant: { expression: "10000" } } }
                                - setBody: { expression: { constant: { expression: "too late" } } }
                        """)
                .start()) {
            for (int i = 0; i < 3; i++) {
                Refusals.inProcess(gateway.call("waits.call", "{}"), "timed_out", "timeout");
                Refusals.overRest(gateway.post("waits.call", "{}"), 504, "timeout");
            }
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void everyKindOfAnswerCarriesTheSessionsMetadata() {
        try (TestGateway gateway = gateway().start()) {
            gateway.call("sample.echo", HI);
            for (HttpResponse<String> answer : List.of(
                    gateway.post("sample.echo", HI),
                    gateway.post("sample.echo?raw=true", HI),
                    gateway.post("sample.echo?stream=true", HI),
                    gateway.post("sample.fail", "{}"),
                    gateway.post("sample.fail?stream=true", "{}"))) {
                assertThat(answer.headers().map().keySet()).containsAll(METADATA);
                assertThat(answer.headers().firstValue("serai-session-reused")).contains("true");
                assertThat(answer.headers().firstValue("serai-attempts")).contains("1");
            }
            for (String tool : List.of("echo", "fail")) {
                assertThat(gateway.call("sample." + tool, HI).headers())
                        .containsKeys(
                                "CapabilityRequestId",
                                "CapabilitySession",
                                "CapabilityAttempts",
                                "CapabilityDurationMs")
                        .containsEntry("CapabilitySessionReused", "true");
            }
        }
    }

    @Test
    void theHistoryKeepsTheLastCallsWithTheirStagesAndNoMoreThanItsSize() {
        try (TestGateway gateway = gateway().setting("serai.history", "2").start()) {
            gateway.post("sample.echo", HI, "Serai-Request-Id", "one");
            gateway.post("sample.fail", "{}", "Serai-Request-Id", "two");
            gateway.post("no.such", "{}", "Serai-Request-Id", "three");

            JsonNode ended = invocations(gateway).path("ended");
            assertThat(ended.findValuesAsText("requestId")).containsExactly("three", "two");
            assertThat(ended.findValuesAsText("status")).containsExactly("rejected", "failed");
            assertThat(ended.findValuesAsText("code")).containsExactly("unknown_capability", "tool_error");
            assertThat(ended.path(1).path("session").asText()).isNotEmpty();
            assertThat(ended.path(1).has("callingMs")).isTrue();
        }
    }
}
