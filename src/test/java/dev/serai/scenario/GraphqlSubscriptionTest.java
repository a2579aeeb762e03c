package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.scenario.EventCaller.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions by both protocols; real servers are asked in the tests of the group integration. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class GraphqlSubscriptionTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata: { graphql: { endpoint: "%1$s" } }
            capabilities:
              - { id: sse.count, metadata: { graphql: { query: "subscription ($to: Int) { count(to: $to) }" } } }
              - { id: sse.whole, metadata: { graphql: { query: "subscription ($to: Int) { count(to: $to) }", result: whole } } }
              - { id: sse.three, metadata: { graphql: { query: "subscription { count }", end_count: 3 } } }
              - { id: sse.time, metadata: { graphql: { query: "subscription { count }", end_after: 200ms } } }
              - { id: sse.boom, metadata: { graphql: { query: "subscription { boom }" } } }
              - { id: sse.bare, metadata: { graphql: { query: "subscription bare ($to: Int) { count(to: $to) }" } } }
              - { id: sse.unended, metadata: { graphql: { query: "subscription unended ($to: Int) { count(to: $to) }" } } }
              - { id: sse.half, metadata: { graphql: { query: "subscription { half }" } } }
              - { id: sse.endless, metadata: { graphql: { query: "subscription { count }" }, policy: { timeout: 10m } } }
            """;
    private static final String OVER_SOCKET = """
            defaults:
              metadata: { graphql: { server_url: "%1$s", endpoint: /graphql, transport: ws, requires_session: true } }
            capabilities:
              - { id: ws.count, metadata: { graphql: { query: "subscription ($to: Int) { count(to: $to) }" } } }
              - { id: ws.whole, metadata: { graphql: { query: "subscription ($to: Int) { count(to: $to) }", result: whole } } }
              - { id: ws.query, metadata: { graphql: { query: "query ($to: Int) { count(to: $to) }" } } }
              - { id: ws.work, metadata: { graphql: { query: "mutation { work }" } } }
              - { id: ws.safe, metadata: { graphql: { query: "mutation { work }" }, policy: { idempotent: true } } }
              - { id: ws.three, metadata: { graphql: { query: "subscription { count }", end_count: 3 } } }
              - { id: ws.time, metadata: { graphql: { query: "subscription { count }", end_after: 200ms } } }
              - { id: ws.boom, metadata: { graphql: { query: "subscription { boom }" } } }
              - { id: ws.half, metadata: { graphql: { query: "subscription { half }" } } }
              - { id: ws.endless, metadata: { graphql: { query: "subscription { count }" }, policy: { timeout: 10m } } }
              - { id: ws.own, metadata: { graphql: { query: "query { count }", auth_file: "%2$s", init: credential } } }
            """;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SubscriptionServer server = new SubscriptionServer();
    private TestGateway gateway;
    private Path key;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        key = folder.resolve("key");
        Files.writeString(key, "old");
        gateway = TestGateway.in(folder)
                .capabilities("sse.yaml", DECLARATIONS.formatted(server.url()))
                .capabilities("ws.yaml", OVER_SOCKET.formatted(server.url().replace("/graphql", ""), key))
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    private JsonNode value(String id, String arguments) {
        CallOutcome outcome = gateway.call(id, arguments);
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return outcome.body();
    }

    private EventCaller events(String id, String arguments) throws IOException {
        return new EventCaller(gateway.gateway().url(), "/capabilities/" + id + "?stream=true", arguments);
    }

    private void untilNothingRuns() {
        await().atMost(PATIENCE).until(() -> server.running() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws"})
    void allResultsAreTheResultOfACallerThatTakesNoStream(String by) {
        assertThat(value(by + ".count", "{\"to\":3}").toString())
                .isEqualTo("[{\"count\":1},{\"count\":2},{\"count\":3}]");
        assertThat(value(by + ".whole", "{\"to\":1}").toString()).isEqualTo("[{\"data\":{\"count\":1}}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws"})
    void eachResultIsAnEventAndAllOfThemComeLast(String by) throws IOException {
        try (EventCaller caller = events(by + ".count", "{\"to\":2}")) {
            List<Event> events = caller.rest();
            assertThat(events).extracting(Event::name).containsExactly("progress", "progress", "headers", "result");
            assertThat(events.get(0).data().path("message").asText()).isEqualTo("{\"count\":1}");
            assertThat(events.get(3).data()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws"})
    void aSubscriptionEndsWithItsCountOrItsTimeAndTheServerIsTold(String by) {
        assertThat(value(by + ".three", "{}")).hasSize(3);
        assertThat(value(by + ".time", "{}").isArray()).isTrue();
        untilNothingRuns();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws"})
    void aCallerThatLeavesEndsTheSubscription(String by) throws IOException {
        int before = server.started();
        try (EventCaller caller = events(by + ".endless", "{}")) {
            assertThat(caller.next().name()).isEqualTo("progress");
            assertThat(caller.next().name()).isEqualTo("progress");
        }
        untilNothingRuns();
        assertThat(server.started()).isGreaterThan(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws"})
    void errorsAreFailuresBeforeAndAmongTheResults(String by) {
        for (String kind : new String[] {"boom", "half"}) {
            CallOutcome outcome = gateway.call(by + "." + kind, "{}");
            assertThat(outcome.headers().get("CapabilityErrorCode"))
                    .as("%s", outcome.body())
                    .isEqualTo("tool_error");
            assertThat(outcome.body().path("detail").asText()).isEqualTo(kind);
        }
        untilNothingRuns();
    }

    @Test
    void aStreamOfEventsIsWholeWithCompleteOnlyWhichMayHaveNoData() {
        assertThat(value("sse.bare", "{\"to\":2}").toString()).isEqualTo("[{\"count\":1},{\"count\":2}]");

        CallOutcome cut = gateway.call("sse.unended", "{\"to\":2}");
        assertThat(cut.headers().get("CapabilityErrorCode"))
                .as("%s", cut.body())
                .isEqualTo("upstream_protocol_error");
        assertThat(cut.body().path("detail").asText()).contains("complete");
        assertThat(cut.body().path("result").toString()).isEqualTo("[{\"count\":1},{\"count\":2}]");
        untilNothingRuns();
    }

    @Test
    void anOtherOperationOverAConnectionHasOneResult() {
        assertThat(value("ws.query", "{\"to\":1}").toString()).isEqualTo("{\"count\":1}");
        await().atMost(PATIENCE).until(() -> server.pongs() > 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {4401, 4403, 1008})
    void aMutationIsNotRepeatedWhenItsConnectionIsClosedMidwayUnlessItIsSaidToBeSafe(int code) {
        value("ws.work", "{}");
        int before = server.works();
        server.closeAfterNext(code);
        CallOutcome outcome = gateway.call("ws.work", "{}");
        assertThat(outcome.headers().get("CapabilityErrorCode"))
                .as("%s", outcome.body())
                .isEqualTo("upstream_protocol_error");
        assertThat(server.works()).isEqualTo(before + 1);

        assertThat(value("ws.work", "{}")).hasToString("{\"done\":" + (before + 2) + "}");
        server.closeAfterNext(code);
        assertThat(value("ws.safe", "{}")).hasToString("{\"done\":" + (before + 4) + "}");
        assertThat(server.works()).isEqualTo(before + 4);
    }

    @Test
    void manyOperationsShareOneConnection() {
        value("ws.count", "{\"to\":1}");
        int before = server.opened();
        try (Callers callers = new Callers(20)) {
            assertThat(callers.callAll(i -> value("ws.count", "{\"to\":5}").size()))
                    .containsOnly(5);
        }
        assertThat(server.opened()).isEqualTo(before);
    }

    @Test
    void aCredentialThatTheGreetingCarriesIsReadAgainWhereItIsForbidden() throws IOException {
        value("ws.own", "{\"to\":1}");
        server.token("new");
        Files.writeString(key, "new");
        try {
            server.lose();
            CallOutcome outcome = gateway.call("ws.own", "{\"to\":1}");
            assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
            assertThat(server.inits())
                    .anySatisfy(init -> assertThat(init.toString()).isEqualTo("{\"token\":\"new\"}"));
        } finally {
            server.token(null);
        }
    }
}
