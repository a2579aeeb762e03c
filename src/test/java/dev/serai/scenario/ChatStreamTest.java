package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import dev.serai.scenario.EventCaller.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers that callers take as they come. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class ChatStreamTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata: { chat: { server_url: "%s", auth_env_var: KEY, model: small } }
            capabilities:
              - { id: stream_chat }
              - { id: stream_flood }
              - { id: stream_talk, metadata: { chat: { requires_session: true }, session: { scope: conversation } } }
            """;
    private static final int PATIENCE_SECONDS = 50;

    private final ChatServer server = new ChatServer("the-key");
    private final SampleMcpServer tools = new SampleMcpServer();
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) {
        tools.start();
        gateway = TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(tools, "", "slow"))
                .capabilities("chat.yaml", DECLARATIONS.formatted(server.url("")))
                .environment("KEY", "the-key")
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
        tools.close();
    }

    private EventCaller call(String id, String prompt, String... headers) throws IOException {
        return new EventCaller(
                gateway.gateway().url(),
                "/capabilities/" + id + "?stream=true",
                "{\"prompt\":\"" + prompt + "\"}",
                headers);
    }

    private static String text(List<Event> events) {
        StringBuilder text = new StringBuilder();
        events.stream()
                .filter(event -> event.name().equals("progress"))
                .forEach(event -> text.append(event.data().path("message").asText()));
        return text.toString();
    }

    @Test
    void theFirstPartArrivesBeforeTheLastIsMadeAndTheResultComesLast() throws IOException {
        try (EventCaller caller = call("stream_chat", "hold")) {
            Event first = caller.next();
            assertThat(caller.head().get(0)).contains("200");
            assertThat(caller.head()).anyMatch(line -> line.equalsIgnoreCase("content-type: text/event-stream"));
            assertThat(first.name()).isEqualTo("progress");
            assertThat(first.data().toString()).isEqualTo("{\"progress\":1,\"message\":\"first \"}");

            server.release();
            List<Event> rest = caller.rest();

            assertThat(text(rest)).isEqualTo("and last");
            assertThat(rest).extracting(Event::name).endsWith("progress", "headers", "result");
            JsonNode result = rest.get(rest.size() - 1).data();
            assertThat(result.path("content").asText()).isEqualTo("first and last");
            assertThat(result.path("finish_reason").asText()).isEqualTo("stop");
            assertThat(result.at("/usage/total_tokens").asInt()).isEqualTo(15);
        }
        assertThat(server.last().body().path("stream").asBoolean()).isTrue();
    }

    @Test
    void theHeadersOfAnAnswerAreToldBeforeItsResult() throws IOException {
        try (EventCaller caller = call("stream_talk", "hello", "Serai-Conversation: c1", "Serai-Request-Id: r1")) {
            List<Event> events = caller.rest();
            JsonNode told = events.get(events.size() - 2).data();
            assertThat(told.path("Serai-Request-Id").asText()).isEqualTo("r1");
            assertThat(told.path("Serai-Session").asText()).hasSize(12);
            assertThat(told.has("Serai-Session-Reused") && told.has("Serai-Attempts") && told.has("Serai-Duration-Ms"))
                    .isTrue();
        }
        try (EventCaller caller = call("stream_talk", "again", "Serai-Conversation: c1")) {
            assertThat(text(caller.rest())).isEqualTo("user:hello\nassistant:user:hello\nuser:again");
        }
    }

    @Test
    void toolCallsReasoningAndARestThatIsAskedForAreStreamedToTheSameResult() throws IOException {
        for (String prompt : List.of("call", "think", "long 3", "long failing")) {
            JsonNode whole = TestGateway.tree(gateway.post("stream_chat", "{\"prompt\":\"" + prompt + "\"}")
                    .body());
            try (EventCaller caller = call("stream_chat", prompt)) {
                List<Event> events = caller.rest();
                Event last = events.get(events.size() - 1);
                assertThat(last.name()).as(prompt).isEqualTo("result");
                assertThat(last.data()).as(prompt).isEqualTo(whole);
                assertThat(text(events))
                        .isEqualTo(
                                whole.get("content").isNull()
                                        ? ""
                                        : whole.get("content").asText());
            }
        }
    }

    @Test
    void aFailureBeforeTheFirstPartHasItsStatusAndOneAfterItIsTheLastEvent() throws IOException {
        try (EventCaller caller = call("stream_chat", "status 429")) {
            assertThat(caller.head().get(0)).contains("502");
            assertThat(caller.rest()).extracting(Event::name).containsExactly("error");
        }
        try (EventCaller caller = call("stream_chat", "break")) {
            List<Event> events = caller.rest();
            assertThat(caller.head().get(0)).contains("200");
            assertThat(events).extracting(Event::name).containsExactly("progress", "headers", "error");
            assertThat(events.get(2).data().path("code").asText()).isEqualTo("upstream_protocol_error");
        }
    }

    @Test
    void aCallerThatLeavesEndsTheCallAtItsServer() throws Exception {
        try (EventCaller caller = call("stream_chat", "watch")) {
            assertThat(caller.next().name()).isEqualTo("progress");
        }
        assertThat(server.left().await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aSlowCallerHoldsNothingUpAndMissesPartsButNothingOfTheResult() throws Exception {
        try (EventCaller caller = call("stream_flood", "flood")) {
            await("the end of the call")
                    .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                    .until(() -> gateway.get("/observe/metrics")
                            .body()
                            .contains("capability=\"stream_flood\",code=\"none\",status=\"completed\"} 1.0"));

            List<Event> events = caller.rest();

            JsonNode result = events.get(events.size() - 1).data();
            assertThat(result.path("content").asText()).hasSize(ChatServer.FLOOD_CHARS);
            assertThat(text(events).length()).isLessThan(ChatServer.FLOOD_CHARS);
        }
    }

    @Test
    void aClientOfMcpGetsThePartsAsProgress() throws IOException {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"stream_chat\","
                + "\"arguments\":{\"prompt\":\"hold\"},\"_meta\":{\"progressToken\":\"t\","
                + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
        try (EventCaller caller = new EventCaller(
                gateway.gateway().url(),
                "/mcp",
                call,
                "Accept: application/json, text/event-stream",
                "MCP-Protocol-Version: 2026-07-28",
                "Mcp-Method: tools/call",
                "Mcp-Name: stream_chat")) {
            JsonNode first = caller.next().data();
            assertThat(first.path("method").asText()).isEqualTo("notifications/progress");
            assertThat(first.path("params").toString())
                    .isEqualTo("{\"progress\":1,\"message\":\"first \",\"progressToken\":\"t\"}");

            server.release();

            List<Event> rest = caller.rest();
            assertThat(rest.get(rest.size() - 1).data().at("/result").toString())
                    .contains("first and last");
        }
    }

    @Test
    void whatAToolTellsOfItsProgressIsStreamedToo() throws IOException {
        try (EventCaller caller = new EventCaller(
                gateway.gateway().url(), "/capabilities/sample.slow", "{\"millis\":0}", "Accept: text/event-stream")) {
            List<Event> events = caller.rest();
            assertThat(events).extracting(Event::name).containsExactly("progress", "headers", "result");
            assertThat(events.get(0).data().toString()).isEqualTo("{\"progress\":1,\"total\":2}");
        }
    }

    @Test
    void aCallerThatTakesNoStreamHasNoneMadeForIt() {
        assertThat(gateway.post("stream_chat", "{\"prompt\":\"hello\"}").body()).contains("user:hello");
        assertThat(server.last().body().has("stream")).isFalse();
    }
}
