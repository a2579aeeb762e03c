package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.gateway.TestGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each setting of the entry does what its documentation says. */
@Timeout(180)
class LimitsTest {
    private static final String PING = RawMcp.rpc(1, "ping", "{}");

    @TempDir
    Path folder;

    private static ProtocolServer server(TestGateway gateway) {
        return gateway.camelContext().getRegistry().lookupByNameAndType(ProtocolServer.NAME, ProtocolServer.class);
    }

    @Test
    void theLeastUsedSessionMakesRoomWhereThereAreTooManyAndIdleOnesEnd() {
        try (TestGateway gateway = RawMcp.gateway(folder)
                .setting("serai.mcp.max-sessions", "2")
                .setting("serai.mcp.session-idle", "6s")
                .start()) {
            RawMcp client = new RawMcp(gateway);
            String first = client.initialize("2025-11-25");
            String second = client.initialize("2025-11-25");
            assertThat(client.post(PING, "Mcp-Session-Id", first).statusCode()).isEqualTo(200);
            String third = client.initialize("2025-11-25");

            assertThat(client.post(PING, "Mcp-Session-Id", second).statusCode()).isEqualTo(404);
            assertThat(client.post(PING, "Mcp-Session-Id", third).statusCode()).isEqualTo(200);
            try (LiveStream one = LiveStream.send(gateway, "GET", "Mcp-Session-Id: " + first, "");
                    LiveStream two = LiveStream.send(gateway, "GET", "Mcp-Session-Id: " + third, "")) {
                assertThat(one.head() + two.head()).contains("200 OK");
                assertThat(client.post(RawMcp.rpc(0, "initialize", "{\"protocolVersion\":\"2025-11-25\"}"))
                                .statusCode())
                        .as("none of them is idle")
                        .isEqualTo(429);
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> server(gateway).sessions() == 0);
            assertThat(client.post(PING, "Mcp-Session-Id", third).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void noMoreCallsWaitForAnAnswerThanMayAndNoneOutlivesItsDeadline() {
        String ask = "{\"name\":\"test_input_required_result_elicitation\",\"arguments\":{}}";
        try (TestGateway gateway = RawMcp.gateway(folder)
                .setting("serai.mcp.max-parked", "1")
                .setting("serai.timeout.streaming", "6s")
                .start()) {
            RawMcp client = new RawMcp(gateway);
            JsonNode parked = RawMcp.answer(client.modern("tools/call", ask)).path("result");
            JsonNode refused = RawMcp.answer(client.modern("tools/call", ask)).path("result");

            assertThat(parked.path("resultType").asText()).isEqualTo("input_required");
            assertThat(refused.path("isError").asBoolean()).as("%s", refused).isTrue();
            await().atMost(Duration.ofSeconds(60)).until(() -> server(gateway).parked() == 0);
            String late = ask.substring(0, ask.length() - 1) + ",\"requestState\":\""
                    + parked.path("requestState").asText() + "\",\"inputResponses\":{}}";
            assertThat(RawMcp.answer(client.modern("tools/call", late))
                            .path("error")
                            .path("code")
                            .intValue())
                    .isEqualTo(-32602);
        }
    }

    @Test
    void whatDoesNotFitIntoAStreamIsNotKept() {
        EventLog log = new EventLog("s", 1_000, false);
        for (int i = 0; i < 100; i++) {
            log.send(Rpc.notification("n", Rpc.object().put("number", i)));
        }
        StringBuilder seen = new StringBuilder();
        log.replay(-1, event -> seen.append(new String(event, java.nio.charset.StandardCharsets.UTF_8)));

        assertThat(seen.length()).isLessThanOrEqualTo(1_000);
        assertThat(seen).contains("\"number\":99").doesNotContain("\"number\":50,");
    }

    @Test
    void whoHasMostSessionsMakesRoomForWhoHasNone() {
        ServerOptions options = ServerOptions.from(Map.of("serai.mcp.max-sessions", "3")::get);
        ClientSessions sessions = new ClientSessions(options, new Seal(), System::nanoTime);
        for (int i = 0; i < 3; i++) {
            sessions.open("greedy", "", "2025-11-25", Rpc.object());
        }
        ClientSession other = sessions.open("other", "", "2025-11-25", Rpc.object());

        assertThat(sessions.count()).isEqualTo(3);
        assertThat(sessions.find(other.id(), "other", "")).isSameAs(other);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 3; i++) {
                        sessions.open("caller " + i, "", "2025-11-25", Rpc.object());
                    }
                })
                .as("then everybody has one")
                .isInstanceOf(RpcError.class);
    }

    @Test
    void endedStreamsTogetherKeepNoMoreThanOneMay() {
        ClientSession session = new ClientSession(
                "id", "conversation", "caller", "", "2025-11-25", Rpc.object(), 1_000, System::nanoTime);
        String text = "x".repeat(400);
        for (int i = 0; i < 8; i++) {
            EventLog log = session.newStream();
            var unused = log.open();
            log.end(Rpc.object().put("text", text));
            session.streamEnded(log);
        }
        assertThat(session.endedBytes()).isPositive().isLessThanOrEqualTo(1_000);
        EventLog large = session.newStream();
        var unused = large.open();
        large.end(Rpc.object().put("text", text.repeat(10)));
        session.streamEnded(large);
        assertThat(session.endedBytes()).as("its client was there to read it").isZero();
    }

    @Test
    void ofWhatAClientCanDoOnlyWhatIsAskedForIsKept() {
        JsonNode given = Rpc.object()
                .<ObjectNode>set("x", Rpc.object().put("y", "z"))
                .set("sampling", Rpc.object().<ObjectNode>set("tools", Rpc.object()));
        assertThat(ClientAbilities.known(given)).hasToString("{\"sampling\":{\"tools\":{}}}");
    }

    @Test
    void aRequestIdIsBounded() {
        try (TestGateway gateway = RawMcp.gateway(folder).start()) {
            RawMcp client = new RawMcp(gateway);
            String session = client.initialize("2025-11-25");
            String longest = "\"" + "i".repeat(Rpc.LONGEST_ID) + "\"";
            String body = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"ping\"}";
            assertThat(client.post(body.formatted(longest), "Mcp-Session-Id", session)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(client.post(body.formatted("\"i" + longest.substring(1)), "Mcp-Session-Id", session)
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void aGroupThatIsNoneEndsTheStart() {
        for (String wrong : new String[] {"a", "=x", "a=", "a=x;a=y", "a b=x"}) {
            assertThatThrownBy(() -> ServerOptions.from(Map.of("serai.mcp.groups", wrong)::get))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("serai.mcp.groups = '" + wrong + "'");
        }
    }
}
