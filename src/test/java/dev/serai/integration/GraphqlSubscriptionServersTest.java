package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions at graphql-yoga, by server-sent events, and at graphql-ws. */
@Tag("integration")
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class GraphqlSubscriptionServersTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata: { graphql: { server_url: "%1$s", endpoint: /graphql%2$s } }
            capabilities:
              - { id: %3$s.count, metadata: { graphql: { query: "subscription ($to: Int) { count(to: $to) }" } } }
              - { id: %3$s.three, metadata: { graphql: { query: "subscription { count }", end_count: 3 } } }
              - { id: %3$s.half, metadata: { graphql: { query: "subscription { half }" } } }
              - { id: %3$s.hello, metadata: { graphql: { query: "query ($name: String!) { hello(name: $name) }" } } }
              - { id: %3$s.running, metadata: { graphql: { query: "{ running }" } } }
            """;

    private NpmServer server;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Peers.copyScripts();
        server = Peers.server("graphql-subscription-server.mjs");
        String url = server.uri("").toString();
        gateway = TestGateway.in(folder)
                .capabilities("sse.yaml", DECLARATIONS.formatted(url, "", "sse"))
                .capabilities("ws.yaml", DECLARATIONS.formatted(url, ", transport: ws, requires_session: true", "ws"))
                .capabilities(
                        "bad.yaml",
                        DECLARATIONS.formatted(
                                url,
                                ", transport: ws, requires_session: true, auth_env_var: BAD, init: credential",
                                "bad"))
                .environment("BAD", "bad")
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    private String value(String id, String arguments) {
        CallOutcome outcome = gateway.call(id, arguments);
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return outcome.body().toString();
    }

    private void untilNothingRuns() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> value("sse.running", "{}").equals("{\"running\":0}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws"})
    void resultsAreAListAndOtherOperationsHaveOne(String by) {
        assertThat(value(by + ".count", "{\"to\":3}")).isEqualTo("[{\"count\":1},{\"count\":2},{\"count\":3}]");
        assertThat(value(by + ".hello", "{\"name\":\"Ada\"}")).isEqualTo("{\"hello\":\"Hello Ada\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws"})
    void aSubscriptionThatHasEnoughOrTakesTooLongEndsAtTheServer(String by) {
        assertThat(value(by + ".three", "{}")).isEqualTo("[{\"count\":1},{\"count\":2},{\"count\":3}]");
        untilNothingRuns();
        CallOutcome late = gateway.call(by + ".count", "{}", Map.of("CapabilityTimeoutMs", "500"));
        assertThat(late.headers().get("CapabilityErrorCode")).isEqualTo("timeout");
        untilNothingRuns();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws"})
    void errorsAmongTheResultsAndOfTheOperationAreFailures(String by) {
        CallOutcome half = gateway.call(by + ".half", "{}");
        assertThat(half.body().path("detail").asText()).as("%s", half.body()).isEqualTo("half");
        CallOutcome wrong = gateway.call(by + ".count", "{\"to\":\"many\"}");
        // What graphql-yoga says of such a request by events has the status 400, and is no JSON.
        assertThat(wrong.headers().get("CapabilityErrorCode"))
                .as("%s", wrong.body())
                .isEqualTo(by.equals("sse") ? "upstream_error" : "tool_error");
        assertThat(wrong.body().path("detail").asText()).contains(by.equals("sse") ? "400" : "$to");
    }

    @Test
    void aForbiddenGreetingIsARefusedCredential() {
        assertThat(gateway.call("bad.hello", "{\"name\":\"x\"}").headers().get("CapabilityErrorCode"))
                .isEqualTo("upstream_unauthorized");
    }
}
