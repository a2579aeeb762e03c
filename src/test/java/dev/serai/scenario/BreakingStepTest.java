package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A call that ends in an error of the JVM is answered, and hands its permit on to the next. */
@Timeout(120)
class BreakingStepTest {
    private static final int CALLS = 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "stub-call, BreakingStep",
        "stub-call, BreakingStep$OnLoop",
        "before-invoke, BreakingStep",
        "after-invoke, BreakingStep"
    })
    void everyCallIsAnsweredAndTheNextOneGoesOn(String route, String step) {
        try (TestGateway gateway = TestGateway.in(folder)
                        .setting("serai.limits.in-flight", "1")
                        .capabilities("stub.yaml", """
                                capabilities:
                                  - id: stub.call
                                    metadata: { stub: { any: thing } }
                                    input_schema: { type: object }
                                """)
                        .routes("a.camel.yaml", route(route, "#class:dev.serai.scenario." + step))
                        .routes("b.camel.yaml", route.equals("stub-call") ? "[]" : """
                                - route:
                                    id: fine
                                    from: { uri: direct:stub-call, steps: [ { setBody: { constant: "{}" } } ] }
                                """)
                        .start();
                Callers callers = new Callers(CALLS)) {
            List<HttpResponse<String>> answers = callers.callAll(i -> gateway.post("stub.call", "{}"));

            assertThat(answers).hasSize(CALLS).allSatisfy(answer -> {
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body()).contains("internal_error").doesNotContain("of a test");
            });
            Awaitility.await().untilAsserted(() -> {
                JsonNode state =
                        TestGateway.tree(gateway.get("/admin/invocations").body());
                assertThat(state.path("inFlight").asInt(-1)).isZero();
                assertThat(state.path("inProgress").asInt(-1)).isZero();
                assertThat(state.path("queued").path("medium").asInt(-1)).isZero();
            });
        }
    }

    private static String route(String name, String step) {
        return """
                - route:
                    id: broken
                    from: { uri: direct:%s, steps: [ { process: { ref: "%s" } } ] }
                """.formatted(name, step);
    }
}
