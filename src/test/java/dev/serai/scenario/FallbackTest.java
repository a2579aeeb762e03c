package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code policy_fallback}, as callers see it. */
@Timeout(120)
class FallbackTest extends SampleFixture {
    private static final String HI = "{\"message\":\"hi\"}";

    private TestGateway gateway(String more) {
        String yaml = """
                defaults:
                  metadata:
                    mcp: { server_url: "%s", requires_session: true }
                capabilities:
                  - id: first
                    metadata:
                      mcp: { tool_name: echo }
                      policy: { fallback: second, circuit_breaker: { window: 2, open_for: 1h, by: capability } }
                  - id: second
                    metadata: { mcp: { tool_name: structured }, policy: { fallback: first } }
                  - id: slow
                    metadata: { mcp: { tool_name: slow }, policy: { timeout: 100ms, fallback: second } }
                  - id: together
                    metadata:
                      mcp: { tool_name: slow }
                      policy: { timeout: 5s, idempotent: true, coalesce: true, fallback: second }
                  - id: broken
                    metadata: { mcp: { tool_name: fail }, policy: { fallback: second } }
                %s
                """.formatted(server.uri(), more);
        return TestGateway.in(folder).capabilities("f.yaml", yaml).start();
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void anotherAnswersWhereTheServerFailsAndTheAnswerSaysSo() {
        server.dials().nextStatuses(500);
        try (TestGateway gateway = gateway("")) {
            HttpResponse<String> answer = gateway.post("first", HI);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "Serai-Fallback")).isEqualTo("second");
            assertThat(header(answer, "Serai-Fallback-Reason")).isEqualTo("upstream_error");
            assertThat(answer.body()).isEqualTo(gateway.post("second", HI).body());
            assertThat(server.counters().executions("echo")).isZero();
            assertThat(server.counters().executions("structured")).isEqualTo(2);
            assertThat(Scraped.of(gateway).sum("serai_fallbacks_total")).isEqualTo(1);

            HttpResponse<String> own = gateway.post("first", HI);
            assertThat(own.body()).isEqualTo("\"hi\"");
            assertThat(header(own, "Serai-Fallback")).isEmpty();
        }
    }

    @Test
    void anOpenCircuitIsAnsweredByTheOther() {
        server.dials().nextStatuses(500, 500);
        try (TestGateway gateway = gateway("")) {
            gateway.post("first", HI);
            // The fallback of the first call has used the second status.
            server.dials().nextStatuses(500);
            gateway.post("first", HI);
            HttpResponse<String> answer = gateway.post("first", HI);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "Serai-Fallback-Reason")).isEqualTo("circuit_open");
        }
    }

    @Test
    void aServerThatIsTooSlowIsToo() {
        try (TestGateway gateway = gateway("")) {
            HttpResponse<String> answer = gateway.post("slow", "{\"millis\":30000}");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "Serai-Fallback-Reason")).isEqualTo("timeout");
            // The caller's own deadline is the end of all.
            HttpResponse<String> hurried = gateway.post("slow", "{\"millis\":30000}", "Serai-Timeout-Ms", "50");
            assertThat(hurried.statusCode()).isEqualTo(504);
        }
    }

    @Test
    void whoWaitsForACallThatIsTooSlowHasItsOwnDeadlineAndThenTheFallback() throws Exception {
        try (TestGateway gateway = gateway("")) {
            String slow = "{\"millis\":30000}";
            var first = CompletableFuture.supplyAsync(
                    () -> gateway.post("together", slow), task -> new Thread(task).start());
            await().until(() -> server.counters().executions("slow") == 1);
            var second = CompletableFuture.supplyAsync(
                    () -> gateway.post("together", slow), task -> new Thread(task).start());
            for (var call : List.of(first, second)) {
                HttpResponse<String> answer = call.get(60, TimeUnit.SECONDS);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(header(answer, "Serai-Fallback-Reason")).isEqualTo("timeout");
            }
        }
    }

    @Test
    void whereTheOtherFailsTooTheCallFailsAsItWouldHaveAndNothingGoesInACircle() {
        server.dials().nextStatuses(503, 500, 500, 500);
        try (TestGateway gateway = gateway("")) {
            HttpResponse<String> answer = gateway.post("first", HI);
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("503").contains("upstream_error");
            assertThat(header(answer, "Serai-Fallback")).isEmpty();
            assertThat(server.counters().calls()).isEqualTo(2);
        }
    }

    @Test
    void whatIsTheCallersOrTheToolsIsNotAskedAgainElsewhere() {
        server.dials().nextStatuses(409);
        try (TestGateway gateway = gateway("")) {
            assertThat(gateway.post("first", HI).statusCode()).isEqualTo(502);
            assertThat(gateway.post("first", "{").statusCode()).isEqualTo(400);
            assertThat(gateway.post("broken", "{}").statusCode()).isEqualTo(422);
            assertThat(server.counters().executions("structured")).isZero();
        }
    }

    @Test
    void aFallbackThatNothingDeclaresIsNone() {
        String lost = "  - { id: lost, metadata: { mcp: { tool_name: echo }, policy: { fallback: nobody } } }";
        server.dials().nextStatuses(500);
        try (TestGateway gateway = gateway(lost)) {
            assertThat(gateway.post("lost", HI).statusCode()).isEqualTo(502);
            assertThat(gateway.post("lost", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whereTheServerIsGoneTheCallIsAnsweredAllTheSame() {
        String other = """
                  - id: away
                    metadata:
                      mcp: { server_url: "http://127.0.0.1:1/mcp", tool_name: echo }
                      policy: { fallback: second }
                """;
        try (TestGateway gateway = gateway(other)) {
            HttpResponse<String> answer = gateway.post("away", HI);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "Serai-Fallback-Reason")).isIn("session_unavailable", "upstream_unavailable");
        }
    }
}
