package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.net.http.HttpResponse;

/** What a failed call must look like, and what must still work after it. */
final class Refusals {
    private static final int CALLS_AFTER = 10;

    private Refusals() {}

    /** Returns the problem document. */
    static JsonNode overRest(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonNode problem = TestGateway.tree(answer.body());
        isProblem(problem, code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        return problem;
    }

    /** Returns the problem document. */
    static JsonNode inProcess(CallOutcome outcome, String status, String code) {
        assertThat(outcome.headers())
                .as("%s", outcome.body())
                .containsEntry("CapabilityStatus", status)
                .containsEntry("CapabilityErrorCode", code);
        isProblem(outcome.body(), code);
        return outcome.body();
    }

    private static void isProblem(JsonNode problem, String code) {
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("type").asText()).isNotEmpty();
        assertThat(problem.path("title").asText()).isNotEmpty();
        assertThat(problem.path("detail").asText()).isNotEmpty();
        assertThat(problem.path("requestId").asText()).isNotEmpty();
    }

    /** With one call at a time per session, one session that was not given back would make the next call wait. */
    static void goodCallsStillWork(TestGateway gateway) {
        for (int i = 0; i < CALLS_AFTER; i++) {
            CallOutcome outcome = gateway.call("sample.echo", "{\"message\":\"after " + i + "\"}");
            assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
            assertThat(outcome.body().asText()).isEqualTo("after " + i);
        }
    }
}
