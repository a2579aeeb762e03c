package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes between a call and its client while the call is in progress, and what is left when the client goes. */
@Timeout(180)
class StreamsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 30;
    private static final String ELICIT = "{\"name\":\"test_elicitation\",\"arguments\":{\"message\":\"Your name?\"}}";

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static RawMcp client;

    @BeforeAll
    static void start() {
        gateway = RawMcp.gateway(folder).capabilities("waits.yaml", """
                        capabilities:
                          - { id: test_waits, metadata: { fixture: { server_url: "http://localhost:9" } } }
                        """).start();
        client = new RawMcp(gateway);
    }

    @AfterAll
    static void stop() {
        ConformanceFixture.release();
        gateway.close();
    }

    private static LiveStream call(String session, int id, String params) {
        return LiveStream.send(gateway, "POST", "Mcp-Session-Id: " + session, RawMcp.rpc(id, "tools/call", params));
    }

    private static LiveStream modern(String tool, String params) {
        return LiveStream.send(
                gateway,
                "POST",
                "MCP-Protocol-Version: 2026-07-28\nMcp-Method: tools/call\nMcp-Name: " + tool,
                RawMcp.rpc(1, "tools/call", params));
    }

    private static ProtocolServer server() {
        return gateway.camelContext().getRegistry().lookupByNameAndType(ProtocolServer.NAME, ProtocolServer.class);
    }

    private static JsonNode next(LiveStream stream) {
        return Objects.requireNonNull(stream.next(), "the stream has ended");
    }

    private static JsonNode invocations() {
        URI invocations = URI.create(gateway.gateway().url() + "/admin/invocations");
        return TestGateway.tree(client.send(HttpRequest.newBuilder(invocations)).body());
    }

    private static int callsInProgress() {
        return invocations().path("inProgress").asInt(-1);
    }

    /** How many calls that wait for ever have ended as cancelled. */
    private static long cancelled() {
        long count = 0;
        for (JsonNode call : invocations().path("ended")) {
            boolean waits = call.path("capability").asText().equals("test_waits");
            count += waits && call.path("status").asText().equals("cancelled") ? 1 : 0;
        }
        return count;
    }

    @Test
    void aQuestionIsAskedOnTheStreamOfTheCallAndAnsweredWithAPost() {
        String session = client.initialize("2025-11-25");
        try (LiveStream stream = call(session, 9, ELICIT)) {
            assertThat(stream.head()).contains("text/event-stream");
            JsonNode question = next(stream);
            assertThat(question.path("method").asText()).isEqualTo("elicitation/create");
            String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id")
                    + ",\"result\":{\"action\":\"accept\",\"content\":{\"response\":\"Ann\"}}}";
            String other = client.initialize("2025-11-25");

            assertThat(client.post(answer, "Mcp-Session-Id", other).statusCode())
                    .as("of another session, to no effect")
                    .isEqualTo(202);
            assertThat(client.post(answer, "Mcp-Session-Id", session).statusCode())
                    .isEqualTo(202);
            assertThat(next(stream).toString()).contains("Ann").contains("\"id\":9");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void aStreamThatIsLostIsTakenUpAgainWhereItWasLeft() {
        String session = client.initialize("2025-11-25");
        JsonNode question;
        String left;
        try (LiveStream stream = call(session, 9, ELICIT)) {
            question = next(stream);
            left = stream.lastEventId();
        }
        client.post(
                "{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id") + ",\"result\":{\"action\":\"decline\"}}",
                "Mcp-Session-Id",
                session);
        try (LiveStream again =
                LiveStream.send(gateway, "GET", "Mcp-Session-Id: " + session + "\nLast-Event-ID: " + left, "")) {
            assertThat(next(again).toString()).contains("decline").contains("\"id\":9");
            assertThat(again.next()).isNull();
        }
    }

    @Test
    void aCallIsCancelledByItsClientsWordAndByNoOther() {
        String session = client.initialize("2025-11-25");
        String other = client.initialize("2025-11-25");
        String cancel = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":9}}";
        try (LiveStream stream = call(session, 9, ELICIT);
                LiveStream otherStream = call(other, 9, ELICIT)) {
            next(stream);
            JsonNode question = next(otherStream);
            client.post(cancel, "Mcp-Session-Id", session);

            next(stream);
            client.post(
                    "{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id") + ",\"result\":{\"action\":\"cancel\"}}",
                    "Mcp-Session-Id",
                    other);
            assertThat(next(otherStream).path("result").has("content")).isTrue();
        }
    }

    @Test
    void whatIsToldBeforeAQuestionComesOnTheStreamThatEndsWithTheQuestion() {
        String tool = "test_streaming_elicitation";
        String params = "{\"name\":\"" + tool + "\"," + RawMcp.MODERN_META + ",\"progressToken\":3}}";
        int before = server().parked();
        try (LiveStream stream = modern(tool, params)) {
            assertThat(next(stream).path("params").path("progressToken").intValue())
                    .isEqualTo(3);
            JsonNode asked = next(stream).path("result");
            assertThat(asked.path("resultType").asText()).isEqualTo("input_required");
            assertThat(stream.next()).isNull();
            assertThat(server().parked()).isEqualTo(before + 1);
        }
    }

    @Test
    void aClientWithoutSessionThatGoesCancelsItsCallBeforeAndDuringTheAnswer() {
        long before = cancelled();
        String silent = "{\"name\":\"test_waits\"," + RawMcp.MODERN_META + "}}";
        String telling = "{\"name\":\"test_waits\"," + RawMcp.MODERN_META + ",\"progressToken\":3}}";
        try (LiveStream unanswered = modern("test_waits", silent)) {
            await().atMost(PATIENCE).until(() -> invocations()
                    .path("running")
                    .toString()
                    .contains("test_waits\",\"caller\":\"anonymous\",\"stage\":\"calling"));
            assertThat(unanswered).isNotNull();
        }
        await().atMost(PATIENCE).until(() -> cancelled() == before + 1);
        try (LiveStream stream = modern("test_waits", telling)) {
            next(stream);
        }
        await().atMost(PATIENCE).until(() -> cancelled() == before + 2);
    }

    @Test
    void aClientInASessionThatGoesCancelsNothingButTheEndOfTheSessionDoes() {
        long before = cancelled();
        String session = client.initialize("2025-11-25");
        try (LiveStream stream = call(session, 1, "{\"name\":\"test_waits\",\"_meta\":{\"progressToken\":1}}")) {
            next(stream);
        }
        assertThat(client.ask(session, "ping", "{}").has("result")).isTrue();
        assertThat(cancelled()).isEqualTo(before);
        assertThat(client.post(
                                RawMcp.rpc(1, "tools/call", "{\"name\":\"test_simple_text\"}"),
                                "Mcp-Session-Id",
                                session)
                        .statusCode())
                .as("the id is taken as long as the call is in progress")
                .isEqualTo(400);
        client.send(client.request("Mcp-Session-Id", session).DELETE());
        await().atMost(PATIENCE).until(() -> cancelled() == before + 1);
    }

    @Test
    void whoeverListensIsToldOfAnotherCatalogue() throws Exception {
        String session = client.initialize("2025-11-25");
        try (LiveStream standing = LiveStream.send(gateway, "GET", "Mcp-Session-Id: " + session, "");
                LiveStream listening = LiveStream.send(
                        gateway,
                        "POST",
                        "MCP-Protocol-Version: 2026-07-28\nMcp-Method: subscriptions/listen",
                        RawMcp.rpc(
                                8,
                                "subscriptions/listen",
                                "{\"notifications\":{\"toolsListChanged\":true}," + RawMcp.MODERN_META + "}}"))) {
            assertThat(standing.head()).contains("text/event-stream");
            assertThat(next(listening).path("method").asText()).isEqualTo("notifications/subscriptions/acknowledged");
            Files.writeString(
                    gateway.capabilities().resolve("late.yaml"),
                    "capabilities: [{ id: late, metadata: { fixture: { server_url: \"http://localhost:9\" } } }]\n");

            assertThat(next(standing).path("method").asText()).isEqualTo("notifications/tools/list_changed");
            JsonNode changed = next(listening);
            assertThat(changed.path("method").asText()).isEqualTo("notifications/tools/list_changed");
            assertThat(changed.path("params")
                            .path("_meta")
                            .path("io.modelcontextprotocol/subscriptionId")
                            .intValue())
                    .isEqualTo(8);
        }
        await().atMost(PATIENCE).until(() -> server().listeners() == 0);
    }

    @Test
    void everyAnswerOfManyInterleavedCallsReachesItsCallerAndNothingIsLeft() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        List<CompletableFuture<Integer>> done = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                boolean pulls = i % 2 == 1;
                done.add(CompletableFuture.supplyAsync(() -> interleaved(pulls), threads));
            }
            int answers = 0;
            for (CompletableFuture<Integer> one : done) {
                answers += one.join();
            }
            assertThat(answers).isEqualTo(CLIENTS / 2 * 5);
        } finally {
            threads.shutdownNow();
        }
        await().atMost(PATIENCE).until(() -> callsInProgress() == server().parked());
    }

    /** Five calls of one session at a time, each with progress; how many were answered as they should be. */
    private static int interleaved(boolean pulls) {
        String session = client.initialize("2025-11-25");
        List<LiveStream> streams = new ArrayList<>();
        int good = 0;
        for (int id = 0; id < 5; id++) {
            streams.add(call(
                    session,
                    id,
                    "{\"name\":\"test_tool_with_progress\",\"_meta\":{\"progressToken\":\"" + session + id + "\"}}"));
        }
        for (int id = 0; id < 5; id++) {
            try (LiveStream stream = streams.get(id)) {
                if (!pulls) {
                    boolean own = true;
                    JsonNode message = next(stream);
                    while (message.has("method")) {
                        own &= message.path("params")
                                .path("progressToken")
                                .asText()
                                .equals(session + id);
                        message = next(stream);
                    }
                    good += own && message.path("id").intValue() == id ? 1 : 0;
                }
            }
        }
        client.send(client.request("Mcp-Session-Id", session).DELETE());
        return good;
    }
}
