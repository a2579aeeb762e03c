package dev.serai.mcp;

import static dev.serai.mcp.McpCalls.SESSION;
import static dev.serai.mcp.McpCalls.SESSION_ID;
import static dev.serai.mcp.McpCalls.answer;
import static dev.serai.mcp.McpCalls.called;
import static dev.serai.mcp.McpCalls.exchange;
import static dev.serai.mcp.McpCalls.json;
import static dev.serai.mcp.McpCalls.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out to a server, and what a handshake leaves. */
class McpRequestTest {
    private final McpProtocol mcp = new McpProtocol();

    @ParameterizedTest
    @CsvSource({
        ",2025-11-25",
        "2025-06-18,2025-06-18",
        "2025-03-26,2025-03-26",
        "2024-11-05,2024-11-05",
        "2026-07-28,2025-11-25",
        "sse,2025-11-25"
    })
    void offersTheDeclaredVersionWhereItHasAHandshake(@Nullable String declared, String offered) {
        Exchange exchange = exchange();
        exchange.getMessage().setHeader("mcp_protocol_version", declared);

        mcp.initialize(exchange);

        JsonNode message = sent(exchange);
        assertThat(message.path("method").asText()).isEqualTo("initialize");
        assertThat(message.path("jsonrpc").asText()).isEqualTo("2.0");
        assertThat(message.path("params").path("protocolVersion").asText()).isEqualTo(offered);
        assertThat(message.path("params").path("capabilities")).isEqualTo(json("{}"));
        assertThat(message.path("params").path("clientInfo").path("name").asText())
                .isEqualTo("serai");
        assertThat(exchange.getMessage().getHeader("Accept")).isEqualTo("application/json, text/event-stream");
        assertThat(exchange.getMessage().getHeader("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void nothingOfAnEarlierStepSteersTheNext() {
        Exchange exchange = exchange();
        Map<String, Object> stale = Map.of(
                "mcp-session-id", "old",
                "mcp-protocol-version", "2025-03-26",
                "CamelHttpMethod", "DELETE",
                "CamelHttpUri", "http://elsewhere.invalid",
                "CamelHttpPath", "/x",
                "CamelHttpQuery", "a=b",
                "CamelHttpResponseCode", 404);
        stale.forEach(exchange.getMessage()::setHeader);

        mcp.initialize(exchange);

        assertThat(exchange.getMessage().getHeaders()).containsOnlyKeys("Accept", "Content-Type");
    }

    @Test
    void theHandshakeLeavesTheFactsAndTheNotificationCarriesThem() {
        Exchange exchange = opened("2025-06-18", SESSION_ID);

        Map<?, ?> facts = exchange.getMessage().getBody(Map.class);
        assertThat(facts)
                .isEqualTo(Map.of(
                        "id", SESSION_ID,
                        "protocolVersion", "2025-06-18",
                        "lostWhen", "404, 400:-32000~session, 400:-32001~session, 400:-32022, 400:-"));
        assertThat(exchange.getMessage().getHeader("Mcp-Session-Id")).isNull();

        mcp.initialized(exchange);

        assertThat(sent(exchange)).isEqualTo(json("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"));
        assertThat(exchange.getMessage().getHeader("Mcp-Session-Id")).isEqualTo(SESSION_ID);
        assertThat(exchange.getMessage().getHeader("MCP-Protocol-Version")).isEqualTo("2025-06-18");
    }

    @Test
    void aServerWithoutSessionsLeavesNoId() {
        Exchange exchange = opened("2025-03-26", null);

        Map<?, ?> facts = exchange.getMessage().getBody(Map.class);
        assertThat(facts.containsKey("id")).isFalse();

        mcp.initialized(exchange);

        assertThat(exchange.getMessage().getHeaders())
                .doesNotContainKey("Mcp-Session-Id")
                .containsEntry("MCP-Protocol-Version", "2025-03-26");
    }

    @Test
    void aVersionOutsideTheEraIsRefusedNamingBoth() {
        CapabilityException failure =
                catchThrowableOfType(CapabilityException.class, () -> opened("2026-07-28", SESSION_ID));

        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL_ERROR);
        assertThat(failure).hasMessageContainingAll("2025-11-25", "2026-07-28");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "caf\u00e9", "a\u0000", "LONG"})
    void aSessionIdThatIsNotVisibleAsciiIsRefusedAndNotRepeated(String id) {
        String header = id.equals("LONG") ? "x".repeat(1_025) : id;

        CapabilityException failure =
                catchThrowableOfType(CapabilityException.class, () -> opened("2025-11-25", header));

        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL_ERROR);
        assertThat(failure).hasMessageContaining("session id is unusable");
    }

    @Test
    void twoSessionIdHeadersAreRefused() {
        assertThat(catchThrowableOfType(CapabilityException.class, () -> opened("2025-11-25", List.of("a", "b")))
                        .code())
                .isEqualTo(ErrorCode.UPSTREAM_PROTOCOL_ERROR);
    }

    @Test
    void aCallCarriesToolArgumentsAndSession() {
        Exchange exchange = exchange();
        exchange.setProperty("SeraiSession", SESSION);
        exchange.getMessage().setHeader("mcp_tool_name", "list_issues");
        exchange.getMessage().setHeader("CapabilityId", "mcp.github.issues");
        exchange.getMessage().setBody(json("{\"owner\":\"\u00e4\\\"\",\"n\":12345678901234567890}"));

        mcp.callTool(exchange);

        JsonNode message = sent(exchange);
        assertThat(message.path("method").asText()).isEqualTo("tools/call");
        assertThat(message.path("id").isIntegralNumber()).isTrue();
        assertThat(message.path("params"))
                .isEqualTo(json("{\"name\":\"list_issues\",\"arguments\":"
                        + "{\"owner\":\"\u00e4\\\"\",\"n\":12345678901234567890}}"));
        assertThat(exchange.getMessage().getHeader("Mcp-Session-Id")).isEqualTo(SESSION_ID);
        assertThat(exchange.getMessage().getHeader("MCP-Protocol-Version")).isEqualTo("2025-06-18");
    }

    @Test
    void theToolIsTheLastSegmentOfTheCapabilityWhereNoneIsDeclared() {
        Exchange exchange = exchange();
        exchange.getMessage().setHeader("CapabilityId", "mcp.github.get_me");

        mcp.callTool(exchange);

        assertThat(sent(exchange).path("params")).isEqualTo(json("{\"name\":\"get_me\",\"arguments\":{}}"));
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKeys("Mcp-Session-Id", "MCP-Protocol-Version");
    }

    @Test
    void aSessionWithoutIdSendsOnlyItsVersion() {
        Exchange exchange = exchange();
        exchange.setProperty("SeraiSession", new Session(null, Map.of("protocolVersion", "2025-11-25")));

        mcp.ping(exchange);

        assertThat(sent(exchange).path("method").asText()).isEqualTo("ping");
        assertThat(exchange.getMessage().getHeaders())
                .doesNotContainKey("Mcp-Session-Id")
                .containsEntry("MCP-Protocol-Version", "2025-11-25");
    }

    @Test
    void requestIdsNeverRepeatAndAreExactInJavaScript() {
        Set<Long> ids = IntStream.range(0, 1_000)
                .mapToObj(i -> sent(called(new McpProtocol())).path("id").asLong())
                .collect(Collectors.toSet());

        assertThat(ids).hasSize(1_000).allMatch(id -> id > 0 && id < 1L << 53);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "1"})
    void argumentsThatAreNoObjectAreRefused(String arguments) {
        Exchange exchange = exchange();
        exchange.getMessage().setBody(json(arguments));

        assertThat(catchThrowableOfType(CapabilityException.class, () -> mcp.callTool(exchange))
                        .code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENTS);
    }

    @Test
    void closingIsADeleteWithTheSession() {
        Exchange exchange = exchange();
        exchange.setProperty("SeraiSession", SESSION);
        exchange.getMessage().setBody("left over");

        mcp.closeSession(exchange);

        assertThat(exchange.getMessage().getBody()).isNull();
        assertThat(exchange.getMessage().getHeaders())
                .containsOnly(
                        Map.entry("CamelHttpMethod", "DELETE"),
                        Map.entry("Mcp-Session-Id", SESSION_ID),
                        Map.entry("MCP-Protocol-Version", "2025-06-18"));
    }

    @Test
    void noSessionIdIsLeftOnTheMessageAfterAnAnswer() {
        Exchange exchange = called(mcp);
        answer(
                exchange,
                "application/json",
                ("{\"jsonrpc\":\"2.0\",\"id\":" + sent(exchange).path("id") + ",\"result\":{\"content\":[]}}")
                        .getBytes(StandardCharsets.UTF_8));

        mcp.readResult(exchange);

        assertThat(exchange.getMessage().getHeaders()).containsOnlyKeys("mcp_tool_name");
    }

    private Exchange opened(String version, @Nullable Object sessionId) {
        Exchange exchange = exchange();
        mcp.initialize(exchange);
        String answer =
                "{\"jsonrpc\":\"2.0\",\"id\":" + sent(exchange).path("id") + ",\"result\":{\"protocolVersion\":\""
                        + version + "\",\"capabilities\":{},\"serverInfo\":{\"name\":\"x\",\"version\":\"1\"}}}";
        answer(exchange, "application/json", answer.getBytes(StandardCharsets.UTF_8));
        if (sessionId != null) {
            exchange.getMessage().setHeader("mcp-session-id", sessionId);
        }
        mcp.openedSession(exchange);
        return exchange;
    }
}
