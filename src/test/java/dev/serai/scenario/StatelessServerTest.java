package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers of 2026-07-28, which have neither handshake nor sessions, and how the gateway finds out which are. */
@Timeout(120)
class StatelessServerTest {
    @TempDir
    Path folder;

    private final McpStub server = new McpStub();

    @AfterEach
    void stop() {
        server.close();
    }

    private TestGateway gateway(String mcp, String capability) {
        return TestGateway.in(folder)
                .capabilities("stub.yaml", """
                        capabilities:
                          - id: stub.echo
                            metadata: { mcp: { server_url: "%s", %s } }
                            %s
                        """.formatted(server.url(), mcp, capability))
                .setting("serai.session.failure-backoff", "0ms")
                .start();
    }

    private TestGateway gateway(String mcp) {
        return gateway(mcp, "");
    }

    private static void works(TestGateway gateway) {
        CallOutcome outcome = gateway.call("stub.echo", "{}");
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        assertThat(outcome.body().asText()).isEqualTo("fine");
    }

    private static void fails(TestGateway gateway, String code, String detail) {
        CallOutcome outcome = gateway.call("stub.echo", "{}");
        assertThat(outcome.body().path("code").asText())
                .as("%s", outcome.body())
                .isEqualTo(code);
        assertThat(outcome.body().path("detail").asText()).contains(detail);
    }

    private McpStub withTool() {
        return server.on("tools/call", request -> request.result(McpStub.text("fine")));
    }

    private List<String> methods() {
        return server.seen().stream()
                .map(McpStub.Request::method)
                .filter(method -> !method.equals("DELETE"))
                .toList();
    }

    @Test
    void itIsFoundOutOnceAndNeverGetsASession() {
        withTool().stateless();
        try (TestGateway gateway = gateway("requires_session: auto, tool_name: \"é chö\"")) {
            works(gateway);
            works(gateway);
        }
        assertThat(methods()).containsExactly("server/discover", "tools/call", "tools/call");
        assertThat(server.seen()).allSatisfy(request -> {
            assertThat(request.header("Mcp-Session-Id")).isNull();
            assertThat(request.header("MCP-Protocol-Version")).isEqualTo(McpStub.VERSION);
            assertThat(request.meta("clientCapabilities").isEmpty()).isTrue();
        });
        assertThat(server.seen("tools/call"))
                .extracting(request -> request.message().path("id"))
                .doesNotHaveDuplicates();
    }

    @Test
    void whatTheServerGivesAShorterTimeIsNotKeptForLonger() {
        server.stateless();
        String kept = "policy: { idempotent: true, cache_ttl: 1h }";
        server.on(
                "tools/call",
                request -> request.result(
                        "{\"ttlMs\":3600000," + McpStub.text("fine").substring(1)));
        try (TestGateway gateway = gateway("requires_session: auto }, " + kept.substring(0, kept.length() - 1))) {
            works(gateway);
            works(gateway);
            assertThat(server.seen("tools/call")).hasSize(1);
            server.on(
                    "tools/call",
                    request -> request.result(
                            "{\"ttlMs\":0," + McpStub.text("fine").substring(1)));
            for (int i = 0; i < 2; i++) {
                assertThat(gateway.call("stub.echo", "{\"other\":1}").completed())
                        .isTrue();
            }
            assertThat(server.seen("tools/call")).hasSize(3);
        }
    }

    @Test
    void argumentsThatTheSchemaNamesAreHeadersToo() {
        withTool().stateless();
        String schema = """
                input_schema:
                      type: object
                      properties:
                        region: { type: string, x-mcp-header: Region }
                        count: { type: integer, x-mcp-header: Count }
                        absent: { type: string, x-mcp-header: Absent }
                        none: { type: [string, "null"] }
                        where: { type: object, properties: { city: { type: string, x-mcp-header: City } } }
                """;
        try (TestGateway gateway = gateway("requires_session: auto", schema)) {
            CallOutcome outcome = gateway.call(
                    "stub.echo", "{\"region\":\"us-west1\",\"count\":7,\"where\":{\"city\":\" Köln\"},\"none\":null}");
            assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        }
        McpStub.Request call = server.seen("tools/call").get(0);
        assertThat(call.header("Mcp-Param-Region")).isEqualTo("us-west1");
        assertThat(call.header("Mcp-Param-Count")).isEqualTo("7");
        assertThat(call.header("Mcp-Param-City")).startsWith("=?base64?");
        assertThat(Base64Text.decoded(call.header("Mcp-Param-City"))).isEqualTo(" Köln");
        assertThat(call.header("Mcp-Param-Absent")).isNull();
    }

    @Test
    void aToolWhoseSchemaNamesNoHeaderThatThereCanBeIsNotCalled() {
        withTool().stateless();
        for (String property : new String[] {
            "{ type: string, x-mcp-header: \"a b\" }",
            "{ type: number, x-mcp-header: Number }",
            "{ type: string, x-mcp-header: \"\" }"
        }) {
            try (TestGateway gateway = gateway(
                    "requires_session: auto", "input_schema: { type: object, properties: { it: " + property + " } }")) {
                assertThat(gateway.call("stub.echo", "{}").body().path("detail").asText())
                        .as(property)
                        .contains("x-mcp-header");
            }
        }
        assertThat(server.seen("tools/call")).isEmpty();
    }

    @Test
    void whateverElseAnswersTheQuestionBeginsWithAHandshake() {
        withTool().withHandshake();
        List<McpStub.Script> answers = List.of(
                request -> request.error(200, -32601, "Method not found"),
                request -> request.error(400, -32000, "Server not initialized"),
                request -> request.error(400, -32022, "Unsupported protocol version"),
                request -> StubServer.answer(request.http(), 404, "no"),
                request -> StubServer.answer(request.http(), 200, "<html>"),
                request -> StubServer.answer(request.http(), 200, ""),
                request -> request.result("{\"supportedVersions\":[\"2025-11-25\"]}"));
        int opened = 0;
        for (McpStub.Script answer : answers) {
            server.on("server/discover", answer);
            try (TestGateway gateway = gateway("requires_session: auto")) {
                works(gateway);
                works(gateway);
            }
            opened++;
            assertThat(server.seen("server/discover")).hasSize(opened);
            assertThat(server.seen("initialize")).hasSize(opened);
        }
        assertThat(server.seen("tools/call")).hasSize(2 * opened).allSatisfy(request -> assertThat(
                        request.header("Mcp-Session-Id"))
                .isEqualTo("stub-session"));
    }

    @Test
    void aFailureIsNoAnswerToTheQuestion() {
        withTool().withHandshake().on("server/discover", request -> StubServer.answer(request.http(), 500, "no"));
        try (TestGateway gateway = gateway("requires_session: auto")) {
            fails(gateway, "upstream_error", "500");
            server.on("server/discover", request -> StubServer.answer(request.http(), 401, "no"));
            fails(gateway, "upstream_unauthorized", "401");
            assertThat(server.seen("initialize")).isEmpty();
            assertThat(server.seen("tools/call")).isEmpty();
            server.stateless();
            works(gateway);
        }
    }

    @Test
    void thatAServerBeginsWithAHandshakeIsRememberedForAWhile() {
        withTool().withHandshake();
        for (String expires : new String[] {"24h", "1ms"}) {
            int before = server.seen("server/discover").size();
            try (TestGateway gateway = gateway("requires_session: auto, era_expires: " + expires)) {
                works(gateway);
                loseTheSession();
                works(gateway);
            }
            int asked = server.seen("server/discover").size() - before;
            assertThat(asked).as(expires).isEqualTo(expires.equals("24h") ? 1 : 2);
        }
    }

    /** The next call is refused. */
    private void loseTheSession() {
        AtomicBoolean lost = new AtomicBoolean();
        server.on("tools/call", request -> {
            if (lost.compareAndSet(false, true)) {
                request.error(404, -32001, "Session not found");
            } else {
                request.result(McpStub.text("fine"));
            }
        });
    }

    @Test
    void aServerThatHasBeenUpgradedIsFoundAndTheCallSentAgain() {
        withTool().withHandshake();
        try (TestGateway gateway = gateway("requires_session: auto")) {
            works(gateway);
            server.stateless();
            server.on("initialize", request -> request.error(400, -32022, "Unsupported protocol version"));
            server.on("tools/call", request -> {
                if (request.header("Mcp-Session-Id") != null) {
                    request.error(400, -32022, "Unsupported protocol version");
                } else {
                    request.result(McpStub.text("fine"));
                }
            });
            works(gateway);
            works(gateway);
        }
        assertThat(methods())
                .containsExactly(
                        "server/discover",
                        "initialize",
                        "notifications/initialized",
                        "tools/call",
                        "tools/call",
                        "initialize",
                        "server/discover",
                        "tools/call",
                        "tools/call");
    }

    @Test
    void aServerThatNoLongerSpeaksTheRevisionIsAskedAgainAndTheCallSentAgain() {
        withTool().stateless();
        try (TestGateway gateway = gateway("requires_session: auto")) {
            works(gateway);
            server.withHandshake();
            server.on("server/discover", request -> request.error(400, -32022, "Unsupported protocol version"));
            server.on("tools/call", request -> {
                if (request.header("Mcp-Session-Id") == null) {
                    request.error(400, -32022, "Unsupported protocol version");
                } else {
                    request.result(McpStub.text("fine"));
                }
            });
            works(gateway);
        }
        assertThat(server.seen("initialize")).hasSize(1);
    }

    @Test
    void theDeclarationSparesTheQuestion() {
        withTool().stateless().withHandshake();
        for (String mode : new String[] {"auto", "false"}) {
            try (TestGateway gateway = gateway("requires_session: " + mode + ", protocol_version: \"2026-07-28\"")) {
                works(gateway);
            }
        }
        assertThat(methods()).containsExactly("tools/call", "tools/call");
        server.seen().clear();
        try (TestGateway gateway = gateway("requires_session: auto, protocol_version: \"2025-06-18\"")) {
            works(gateway);
        }
        try (TestGateway gateway = gateway("requires_session: true")) {
            works(gateway);
        }
        assertThat(server.seen("server/discover")).isEmpty();
        assertThat(server.seen("initialize")).hasSize(2);
        assertThat(server.seen("initialize")
                        .get(0)
                        .params()
                        .path("protocolVersion")
                        .asText())
                .isEqualTo("2025-06-18");
    }

    @Test
    void withoutASessionItIsFoundOutWithTheFirstCall() {
        withTool().stateless();
        try (TestGateway gateway = gateway("requires_session: false")) {
            works(gateway);
            works(gateway);
            assertThat(methods()).containsExactly("server/discover", "tools/call", "tools/call");
            assertThat(gateway.post("stub.echo", "{}").body()).isEqualTo("\"fine\"");
        }
        server.seen().clear();
        server.on("server/discover", request -> request.error(200, -32601, "Method not found"));
        try (TestGateway gateway = gateway("requires_session: false")) {
            works(gateway);
            works(gateway);
        }
        assertThat(methods()).containsExactly("server/discover", "tools/call", "tools/call");
        assertThat(server.seen("tools/call").get(0).params().has("_meta")).isFalse();
    }

    @Test
    void withoutASessionAServerThatHasChangedIsAskedAgainBeforeTheNextCall() {
        withTool().stateless();
        try (TestGateway gateway = gateway("requires_session: false")) {
            works(gateway);
            server.on("server/discover", request -> request.error(200, -32601, "Method not found"));
            server.on("tools/call", request -> {
                if (request.header("MCP-Protocol-Version") == null) {
                    request.result(McpStub.text("fine"));
                } else {
                    request.error(400, -32022, "Unsupported protocol version");
                }
            });
            fails(gateway, "upstream_error", "does not speak protocol version 2026-07-28");
            works(gateway);
        }
    }

    @Test
    void aDeclaredMethodIsCalledWithTheArgumentsAsItsParameters() {
        server.stateless()
                .on(
                        "resources/read",
                        request -> request.result("{\"contents\":[{\"uri\":\"a://b\",\"text\":\"hi\"}]}"));
        try (TestGateway gateway = gateway("requires_session: auto, method: resources/read")) {
            CallOutcome outcome = gateway.call("stub.echo", "{\"uri\":\"a://b\",\"_meta\":{\"x\":1}}");
            assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
            assertThat(outcome.body().path("contents").path(0).path("text").asText())
                    .isEqualTo("hi");
        }
        McpStub.Request read = server.seen("resources/read").get(0);
        assertThat(read.header("Mcp-Name")).isEqualTo("a://b");
        assertThat(read.params().path("uri").asText()).isEqualTo("a://b");
        assertThat(read.params().path("_meta").has("x")).isFalse();
        assertThat(read.params().has("arguments")).isFalse();
    }

    @Test
    void aResultOfAnUnknownTypeIsNone() {
        server.stateless().on("tools/call", request -> request.result("{\"resultType\":\"task\",\"taskId\":\"1\"}"));
        try (TestGateway gateway = gateway("requires_session: auto")) {
            fails(gateway, "upstream_protocol_error", "\"task\"");
            server.on(
                    "tools/call",
                    request -> request.result(
                            "{\"resultType\":\"complete\",\"ttlMs\":5,\"content\":[{\"type\":\"text\",\"text\":\"fine\"}]}"));
            works(gateway);
            assertThat(gateway.post("stub.echo?raw=true", "{}").body()).contains("\"ttlMs\":5");
        }
    }

    @Test
    void errorsAboutTheGatewaysOwnRequestAreToldInItsCallersWords() {
        server.stateless().on("tools/call", request -> request.error(400, -32021, "Missing capability"));
        try (TestGateway gateway = gateway("requires_session: auto")) {
            fails(gateway, "upstream_error", "the tool needs a caller that the server can ask something");
            server.on("tools/call", request -> request.error(400, -32020, "Header mismatch"));
            fails(gateway, "upstream_error", "declare the schema as the server lists it");
            assertThat(server.seen("tools/call")).hasSize(2);
            withTool();
            works(gateway);
        }
        assertThat(server.seen("server/discover")).hasSize(1);
    }

    /** Its tools are on two pages; the second has the one whose argument is a header. */
    private void withSchemaOfItsOwn(String header) {
        String first = """
                {"tools":[{"name":"other","inputSchema":{}}],"nextCursor":""}""";
        String second = """
                {"tools":[{"name":"echo","inputSchema":{"type":"object","properties":
                {"region":{"type":"string","x-mcp-header":"%s"}}}}]}""".formatted(header);
        server.stateless();
        server.on("tools/list", request -> request.result(request.params().has("cursor") ? second : first));
        server.on("tools/call", request -> {
            if ("north".equals(request.header("Mcp-Param-" + header))) {
                request.result(McpStub.text("fine"));
            } else {
                request.error(400, -32020, "Header mismatch");
            }
        });
    }

    @Test
    void headersThatTheServerRefusesAreLookedUpInItsListOnceAndRemembered() {
        withSchemaOfItsOwn("Region");
        try (TestGateway gateway = gateway("requires_session: auto")) {
            for (int i = 0; i < 3; i++) {
                CallOutcome outcome = gateway.call("stub.echo", "{\"region\":\"north\"}");
                assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
                assertThat(outcome.body().asText()).isEqualTo("fine");
            }
            assertThat(server.seen("tools/call")).hasSize(4);
            assertThat(server.seen("tools/list")).hasSize(2);

            withSchemaOfItsOwn("Zone");
            assertThat(gateway.call("stub.echo", "{\"region\":\"north\"}").completed())
                    .isTrue();
            assertThat(server.seen("tools/list")).hasSize(4);
        }
    }

    @Test
    void aServerThatRefusesWhatItAsksForIsAskedOnce() {
        withSchemaOfItsOwn("Region");
        server.on("tools/call", request -> request.error(400, -32020, "Header mismatch"));
        try (TestGateway gateway = gateway("requires_session: auto")) {
            CallOutcome outcome = gateway.call("stub.echo", "{\"region\":\"north\"}");

            assertThat(outcome.headers()).containsEntry("CapabilityErrorCode", "upstream_error");
            assertThat(outcome.body().path("detail").asText()).contains("declare the schema as the server lists it");
            assertThat(server.seen("tools/call")).hasSize(2);
            assertThat(server.seen("tools/list")).hasSize(2);
        }
    }

    @Test
    void aCallThatIsStoppedIsOnlyCutOff() {
        AtomicBoolean cut = new AtomicBoolean();
        CountDownLatch never = new CountDownLatch(1);
        server.stateless().on("tools/call", request -> {
            var events = request.events();
            try {
                while (true) {
                    McpStub.event(events, ": still here");
                    assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
                }
            } catch (IOException e) {
                cut.set(true);
            }
        });
        try (TestGateway gateway = gateway("requires_session: auto", "")) {
            CallOutcome outcome = gateway.call("stub.echo", "{}", Map.of("CapabilityTimeoutMs", "3000"));
            assertThat(outcome.body().path("code").asText()).isEqualTo("timeout");
            Awaitility.await().untilTrue(cut);
        }
        assertThat(server.seen("notifications/cancelled")).isEmpty();
    }
}
