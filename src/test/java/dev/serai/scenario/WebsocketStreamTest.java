package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.scenario.EventCaller.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server pushes over a WebSocket, as streams. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class WebsocketStreamTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                websocket: { server_url: "%s", requires_session: true, stream: true }
            capabilities:
              - id: s.push
                metadata: { websocket: { message: '{"method": "push", "params": "{*}"}', end_when: /result, result: /event } }
              - id: s.last
                metadata: { websocket: { message: '{"method": "push", "params": "{*}"}', end_when: /result, result: /event }, session: { scope: call } }
              - id: s.fail
                metadata: { websocket: { message: '{"method": "fail"}', end_when: /result } }
              - id: s.count
                metadata:
                  websocket:
                    message: '{"method": "subscribe", "params": "{*}"}'
                    subscription: /result
                    push_id: /params/subscription
                    result: /params/value
                    unsubscribe: '{"method": "unsubscribe", "params": ["{_subscription}"]}'
                    end_count: 5
              - id: s.time
                metadata:
                  websocket:
                    message: '{"method": "subscribe", "params": "{*}"}'
                    correlate: none
                    push_when: '{"/method": "event", "/params/topic": "{topic}"}'
                    result: /params/value
                    end_after: 300ms
                  session: { scope: call }
              - id: s.endless
                metadata:
                  websocket:
                    message: '{"method": "subscribe", "params": "{*}"}'
                    subscription: /result
                    push_id: /params/subscription
                    result: /params/value
                    unsubscribe: '{"method": "unsubscribe", "params": ["{_subscription}"]}'
                    end_after: 10m
                  policy: { timeout: 10m }
              - id: s.echo
                metadata: { websocket: { stream: false, message: '{"method": "echo", "params": "{*}"}', result: /result } }
            """;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SocketServer server = new SocketServer();
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) {
        gateway = TestGateway.in(folder)
                .capabilities("s.yaml", DECLARATIONS.formatted(server.url()))
                .setting("serai.upstream.max-body", "1048576")
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

    private EventCaller events(String id, String arguments) throws IOException {
        return new EventCaller(gateway.gateway().url(), "/capabilities/" + id + "?stream=true", arguments);
    }

    @Test
    void allPartsAreTheResultOfACallerThatTakesNoStream() {
        assertThat(value("s.push", "{\"n\":4}")).isEqualTo("[1,2,3,4]");
        assertThat(value("s.push", "{\"n\":0}")).isEqualTo("[]");
    }

    @Test
    void eachPartIsAnEventAndTheResultComesLast() throws IOException {
        try (EventCaller caller = events("s.push", "{\"n\":3}")) {
            List<Event> events = caller.rest();
            assertThat(events)
                    .extracting(Event::name)
                    .containsExactly("progress", "progress", "progress", "headers", "result");
            assertThat(events.get(0).data().toString()).isEqualTo("{\"progress\":1,\"message\":\"1\"}");
            assertThat(events.get(4).data().toString()).isEqualTo("[1,2,3]");
        }
    }

    @Test
    void aStreamEndsWithItsCountAndTheServerIsTold() {
        assertThat(value("s.count", "{}")).isEqualTo("[1,2,3,4,5]");
        await().atMost(PATIENCE).until(() -> server.subscriptions("") == 0);
    }

    @Test
    void messagesAreKnownByWhatTheyHoldAndAStreamEndsWithItsTime() {
        JsonNode parts = TestGateway.tree(value("s.time", "{\"topic\":\"a\"}"));
        assertThat(parts.isArray()).isTrue();
        await().atMost(PATIENCE).until(() -> server.subscriptions("a") == 0);
        CallOutcome none = gateway.call("s.time", "{}");
        assertThat(none.headers().get("CapabilityErrorCode")).isEqualTo("invalid_arguments");
    }

    @Test
    void theFirstPartArrivesBeforeTheLastIsMadeAndACallerThatLeavesEndsTheSubscription() throws IOException {
        try (EventCaller caller = events("s.endless", "{\"topic\":\"leaving\"}")) {
            assertThat(caller.next().name()).isEqualTo("progress");
            assertThat(caller.next().name()).isEqualTo("progress");
            assertThat(server.subscriptions("leaving")).isEqualTo(1);
        }
        await().atMost(PATIENCE).until(() -> server.subscriptions("leaving") == 0);
    }

    @Test
    void aStreamThatTakesTooLongIsATimeoutAndEndsAtTheServer() {
        CallOutcome late = gateway.call("s.endless", "{\"topic\":\"late\"}", Map.of("CapabilityTimeoutMs", "500"));
        assertThat(late.headers().get("CapabilityErrorCode")).isEqualTo("timeout");
        await().atMost(PATIENCE).until(() -> server.subscriptions("late") == 0);
    }

    @Test
    void aRefusedSubscriptionFailsWithWhatTheServerSaid() {
        CallOutcome outcome = gateway.call("s.fail", "{}");
        assertThat(outcome.headers().get("CapabilityErrorCode")).isEqualTo("tool_error");
        assertThat(outcome.body().path("detail").asText()).isEqualTo("not today");
    }

    @Test
    void allOfAStreamIsBoundedAndTheConnectionGoesOn() {
        CallOutcome outcome = gateway.call("s.push", "{\"n\":500,\"pad\":10000}");
        assertThat(outcome.headers().get("CapabilityErrorCode")).isEqualTo("upstream_protocol_error");
        assertThat(outcome.body().path("detail").asText()).contains("1048576");
        assertThat(value("s.echo", "{\"a\":1}")).isEqualTo("{\"a\":1}");
    }

    @Test
    void whatCameBeforeTheConnectionWasClosedIsPartOfTheResult() {
        for (int i = 0; i < 10; i++) {
            JsonNode parts = TestGateway.tree(value("s.last", "{\"n\":9,\"pad\":70000,\"close\":true}"));
            assertThat(parts).hasSize(9).allMatch(part -> part.asText().length() == 70_000);
        }
    }

    @Test
    void aSlowCallerHoldsNobodyUpAndTheResultIsWhole() throws IOException {
        try (EventCaller caller = events("s.push", "{\"n\":90,\"pad\":10000}")) {
            await().atMost(PATIENCE).until(() -> gateway.get("/observe/metrics")
                    .body()
                    .contains("capability=\"s.push\",code=\"none\",status=\"completed\"}"));
            assertThat(value("s.echo", "{\"a\":2}")).isEqualTo("{\"a\":2}");
            List<Event> events = caller.rest();
            assertThat(events.get(events.size() - 1).data()).hasSize(90);
        }
    }

    @Test
    void aLostConnectionBreaksItsStreams() throws IOException {
        try (EventCaller caller = events("s.endless", "{\"topic\":\"lost\"}")) {
            var unused = caller.next();
            server.lose();
            List<Event> events = caller.rest();
            assertThat(events.get(events.size() - 1).name()).isEqualTo("error");
            assertThat(events.get(events.size() - 1).data().path("code").asText())
                    .isEqualTo("upstream_protocol_error");
        }
        assertThat(value("s.echo", "{\"a\":3}")).isEqualTo("{\"a\":3}");
    }
}
