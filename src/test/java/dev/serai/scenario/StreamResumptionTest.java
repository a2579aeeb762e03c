package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An answer whose stream ends early is taken up where it broke off, and its call is sent once. */
@Timeout(120)
class StreamResumptionTest {
    private static final String PRIMING = "id: one\nretry: 10\ndata:";

    @TempDir
    Path folder;

    private final McpStub server = new McpStub().withHandshake();
    private final AtomicReference<JsonNode> rpcId = new AtomicReference<>();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.in(folder)
                .capabilities(
                        "stub.yaml",
                        "capabilities: [ { id: stub.tool, metadata: { policy: { idempotent: true }, mcp: { server_url: \""
                                + server.url() + "\", requires_session: true } } } ]")
                .start();
    }

    @AfterEach
    void stop() {
        assertThat(server.seen("tools/call")).as("sent once").hasSize(1);
        gateway.close();
        server.close();
    }

    private McpStub.Script ending(String event, boolean broken) {
        return request -> {
            rpcId.set(request.message().path("id"));
            var events = request.events();
            McpStub.event(events, event);
            if (broken) {
                request.http().close();
            } else {
                events.close();
            }
        };
    }

    private McpStub.Script answering() {
        return request -> {
            try (var events = request.events()) {
                McpStub.event(
                        events,
                        "id: three\ndata: {\"jsonrpc\":\"2.0\",\"id\":" + rpcId.get() + ",\"result\":"
                                + McpStub.text("fine") + "}");
            }
        };
    }

    private void isTakenUp() {
        CallOutcome outcome = gateway.call("stub.tool", "{}");
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        assertThat(outcome.body().asText()).isEqualTo("fine");
    }

    private void fails(String code, String detail) {
        JsonNode problem = gateway.call("stub.tool", "{}").body();
        assertThat(problem.path("code").asText()).as("%s", problem).isEqualTo(code);
        assertThat(problem.path("detail").asText()).contains(detail);
    }

    @Test
    void oneThatTheServerClosedForAWhile() {
        server.on("tools/call", ending(PRIMING, false)).on("GET", request -> {
            if ("one".equals(request.header("Last-Event-ID"))) {
                ending("id: two\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}", false)
                        .answer(new McpStub.Request(request.http(), TestGateway.tree("{\"id\":" + rpcId.get() + "}")));
            } else {
                answering().answer(request);
            }
        });
        isTakenUp();
        assertThat(server.seen("GET"))
                .allSatisfy(request -> {
                    assertThat(request.header("Mcp-Session-Id")).isEqualTo("stub-session");
                    assertThat(request.header("MCP-Protocol-Version")).isEqualTo("2025-11-25");
                    assertThat(request.header("Accept")).isEqualTo("text/event-stream");
                })
                .extracting(request -> request.header("Last-Event-ID"))
                .containsExactly("one", "two");
    }

    @Test
    void oneThatBroke() {
        server.on("tools/call", ending(PRIMING, true)).on("GET", answering());
        isTakenUp();
    }

    @Test
    void oneWithoutAnEventIdIsNot() {
        server.on("tools/call", ending("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}", false))
                .on("GET", answering());
        fails("upstream_protocol_error", "ended without the answer");
        assertThat(server.seen("GET")).isEmpty();
    }

    @Test
    void oneWhoseServerGivesNoRestIsAnError() {
        server.on("tools/call", ending(PRIMING, false))
                .on("GET", request -> StubServer.answer(request.http(), 405, ""));
        fails("upstream_protocol_error", "ended without the answer");
        assertThat(server.seen("GET")).hasSize(1);
    }

    @Test
    void oneThatIsClosedAgainAndAgainIsAnErrorInTheEnd() {
        server.on("tools/call", ending(PRIMING, false)).on("GET", request -> {
            try (var events = request.events()) {
                McpStub.event(events, ": nothing new");
            }
        });
        fails("upstream_protocol_error", "ended without the answer");
        assertThat(server.seen("GET")).hasSize(100);
    }

    @Test
    void oneThatIsToBeTakenUpAfterTheDeadlineIsATimeoutAtOnce() {
        server.on("tools/call", ending("id: one\nretry: 999999999\ndata:", false))
                .on("GET", answering());
        fails("timeout", "asked again after the deadline");
        assertThat(server.seen("GET")).isEmpty();
    }
}
