package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class SessionEraTest {
    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static RawMcp client;

    @BeforeAll
    static void start() {
        gateway = RawMcp.gateway(folder)
                .capabilities("more.yaml", """
                        defaults: { metadata: { fixture: { server_url: "http://localhost:9" } } }
                        capabilities:
                          - { id: a/b, name: A and B, description: first, metadata: { policy: { idempotent: true } } }
                        """)
                .setting("serai.mcp.groups", "letters = a/*, z*; one=test_simple_text")
                .start();
        client = new RawMcp(gateway);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "2025-11-25, 2025-11-25",
        "2025-06-18, 2025-06-18",
        "2025-03-26, 2025-03-26",
        "2024-11-05, 2024-11-05",
        "2026-07-28, 2025-11-25",
        "1999-01-01, 2025-11-25"
    })
    void aHandshakeEndsInTheVersionAskedForOrTheLatestThatHasSessions(String asked, String agreed) {
        HttpResponse<String> answer =
                client.post(RawMcp.rpc(3, "initialize", "{\"protocolVersion\":\"" + asked + "\",\"capabilities\":{}}"));
        JsonNode result = TestGateway.tree(answer.body()).path("result");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(result.path("protocolVersion").asText()).isEqualTo(agreed);
        assertThat(result.path("capabilities").has("tools")).isTrue();
        assertThat(answer.headers().firstValue("Mcp-Session-Id").orElseThrow()).hasSizeGreaterThan(22);
    }

    @Test
    void everyCapabilityIsAToolByANameThatClientsTakeWithItsSchemaAsDeclared() {
        String session = client.initialize("2025-11-25");
        JsonNode result = client.ask(session, "tools/list", "{}").path("result");
        JsonNode tools = result.path("tools");
        List<String> names = RawMcp.names(result);

        assertThat(names).contains("a_b", "test_simple_text").isSorted().doesNotContain("fixture.prompts.list");
        JsonNode first = tools.get(0);
        assertThat(first.path("title").asText()).isEqualTo("A and B");
        assertThat(first.path("annotations").path("idempotentHint").asBoolean()).isTrue();
        JsonNode schema = tools.get(names.indexOf("json_schema_2020_12_tool")).path("inputSchema");
        assertThat(schema.path("$defs").path("address").path("$anchor").asText())
                .isEqualTo("addressDef");
        assertThat(schema.fieldNames()).toIterable().startsWith("$schema", "type", "$defs", "properties");
    }

    @Test
    void aGroupServesItsCapabilitiesOnlyAndItsSessionsAreItsOwn() {
        RawMcp letters = client.group("letters");
        String session = letters.initialize("2025-11-25");

        assertThat(RawMcp.names(letters.ask(session, "tools/list", "{}").path("result")))
                .containsExactly("a_b");
        assertThat(letters.ask(session, "tools/call", "{\"name\":\"test_simple_text\"}")
                        .path("error")
                        .path("code")
                        .intValue())
                .isEqualTo(-32602);
        assertThat(client.post(RawMcp.rpc(1, "ping", "{}"), "Mcp-Session-Id", session)
                        .statusCode())
                .isEqualTo(404);
        assertThat(client.group("none").post(RawMcp.rpc(1, "initialize", "{}")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aCallAnswersWithTheWholeResultAndFailuresAreResultsOrErrors() {
        String session = client.initialize("2025-11-25");
        JsonNode text = client.ask(session, "tools/call", "{\"name\":\"test_simple_text\",\"arguments\":{}}");
        JsonNode failed = client.ask(session, "tools/call", "{\"name\":\"test_error_handling\"}");
        JsonNode invalid = client.ask(session, "tools/call", "{\"name\":\"test_elicitation\",\"arguments\":{}}");
        JsonNode unknown = client.ask(session, "tools/call", "{\"name\":\"nothing\"}");
        String older = client.initialize("2025-03-26");
        JsonNode before = client.ask(older, "tools/call", "{\"name\":\"test_elicitation\",\"arguments\":{}}");

        assertThat(text.path("id").intValue()).isEqualTo(1);
        assertThat(text.path("result").path("content").get(0).path("text").asText())
                .isEqualTo("This is a simple text response for testing.");
        assertThat(text.path("result").has("resultType")).isFalse();
        assertThat(failed.path("result").path("isError").asBoolean()).isTrue();
        assertThat(invalid.path("result").path("isError").asBoolean()).isTrue();
        assertThat(invalid.toString()).contains("message");
        assertThat(unknown.path("error").path("code").intValue()).isEqualTo(-32602);
        assertThat(before.path("error").path("code").intValue()).isEqualTo(-32602);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not json                                                        | 400 | -32700",
                "[]                                                              | 400 | -32600",
                "7                                                               | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}             | 400 | -32600",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}              | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}| 400 | -32602",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"no/such\"}           | 200 | -32601",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\"}   | 200 | -32601",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]            | 400 | -32600"
            })
    void whatIsNoRequestIsRefusedInJsonRpc(String body, int status, int code) {
        HttpResponse<String> answer = client.post(body, "Mcp-Session-Id", client.initialize("2025-11-25"));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(TestGateway.tree(answer.body()).path("error").path("code").intValue())
                .isEqualTo(code);
    }

    @Test
    void aRequestNeedsTheSessionItsVersionAndItsMediaType() {
        String session = client.initialize("2025-11-25");
        String ping = RawMcp.rpc(1, "ping", "{}");

        assertThat(client.post(ping).statusCode()).isEqualTo(400);
        assertThat(client.post(ping, "Mcp-Session-Id", session + "x").statusCode())
                .isEqualTo(404);
        assertThat(client.post(ping, "Mcp-Session-Id", session).statusCode()).isEqualTo(200);
        assertThat(client.post(ping, "Mcp-Session-Id", session, "MCP-Protocol-Version", "1.0")
                        .statusCode())
                .isEqualTo(400);
        assertThat(client.send(client.request("Mcp-Session-Id", session, "Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofString(ping)))
                        .statusCode())
                .isEqualTo(415);
        assertThat(client.post(
                                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
                                "Mcp-Session-Id",
                                session)
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void aDeletedSessionIsUnknown() {
        String session = client.initialize("2025-11-25");

        assertThat(client.send(client.request("Mcp-Session-Id", session).DELETE())
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.post(RawMcp.rpc(1, "ping", "{}"), "Mcp-Session-Id", session)
                        .statusCode())
                .isEqualTo(404);
        assertThat(client.send(client.request("Mcp-Session-Id", session).DELETE())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aBatchIsAnsweredWhereTheRevisionHasBatches() {
        String session = client.initialize("2025-03-26");
        HttpResponse<String> answer = client.post(
                "[" + RawMcp.rpc(1, "ping", "{}") + "," + RawMcp.rpc(2, "no/such", "{}") + ","
                        + RawMcp.rpc(3, "tools/call", "{\"name\":\"test_simple_text\"}")
                        + ",{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}]",
                "Mcp-Session-Id",
                session);

        JsonNode answers = TestGateway.tree(answer.body());
        assertThat(answers).hasSize(3);
        assertThat(answers.findValuesAsText("id")).containsExactlyInAnyOrder("1", "2", "3");
    }

    @Test
    void progressLogsAndQuestionsComeOnTheStreamOfTheCall() {
        String session = client.initialize("2025-11-25");
        HttpResponse<String> progress = client.post(
                RawMcp.rpc(
                        5,
                        "tools/call",
                        "{\"name\":\"test_tool_with_progress\",\"_meta\":{\"progressToken\":\"mine\"}}"),
                "Mcp-Session-Id",
                session);
        List<JsonNode> messages = RawMcp.messages(progress.body());

        assertThat(progress.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(messages).hasSize(4);
        assertThat(messages.subList(0, 3)).allSatisfy(message -> assertThat(
                        message.path("params").path("progressToken").asText())
                .isEqualTo("mine"));
        assertThat(messages.get(3).path("id").intValue()).isEqualTo(5);
        assertThat(client.ask(session, "logging/setLevel", "{\"level\":\"error\"}")
                        .has("result"))
                .isTrue();
        assertThat(RawMcp.messages(client.post(
                                RawMcp.rpc(6, "tools/call", "{\"name\":\"test_tool_with_logging\"}"),
                                "Mcp-Session-Id",
                                session)
                        .body()))
                .as("nothing below the level")
                .hasSize(1);
    }
}
