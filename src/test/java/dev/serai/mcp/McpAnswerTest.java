package dev.serai.mcp;

import static dev.serai.mcp.McpCalls.answer;
import static dev.serai.mcp.McpCalls.answered;
import static dev.serai.mcp.McpCalls.called;
import static dev.serai.mcp.McpCalls.json;
import static dev.serai.mcp.McpCalls.sent;
import static dev.serai.mcp.McpCalls.streamed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.session.Session;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of answer that was seen on the wire, as bytes. */
class McpAnswerTest {
    private static final String HI = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";
    private static final String ANSWER = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":" + HI + "}";
    private static final String EVENTS = "text/event-stream";

    private final McpProtocol mcp = new McpProtocol();

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json;charset=UTF-8", "Application/JSON ; charset=utf-8"})
    void readsAJsonAnswerWhateverTheParametersOfItsMediaType(String contentType) {
        Exchange exchange = answered(mcp, contentType, ANSWER);

        assertThat(exchange.getMessage().getBody()).isEqualTo(json(HI));
        assertThat(value(exchange)).isEqualTo(json("\"hi\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: message\ndata: A\n\n",
                "data: A\n\n",
                "data:A\r\n\r\n",
                "\uFEFFdata: A\r\r",
                "id: 7\nretry: 500\ndata: \n\ndata: A\n\n",
                "id: 7\ndata:\n\n: still there\n\nevent: ping\ndata: not json\n\nevent: message\ndata: A\n\n",
                "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{}}\n\ndata: A\n\n",
                "data: {\"jsonrpc\":\"2.0\",\"id\":$ID,\"method\":\"ping\"}\n\ndata: A\n\n",
                "data: {\"jsonrpc\":\"2.0\",\"id\":\"$ID\",\"result\":{}}\n\ndata: A\n\n",
                "data: [{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"},A]\n\n",
                "data: B1\ndata: B2\n\n",
            })
    void findsTheAnswerInAnEventStream(String stream) {
        int half = ANSWER.indexOf("\"result\"");
        String events = stream.replace("B1", ANSWER.substring(0, half))
                .replace("B2", ANSWER.substring(half))
                .replace("A", ANSWER);

        Exchange exchange = streamed(mcp, "text/event-stream; charset=utf-8", events);

        assertThat(value(exchange)).isEqualTo(json("\"hi\""));
    }

    @Test
    void stopsAtTheAnswerOfAStreamThatStaysOpenAndClosesIt() {
        Exchange exchange = called(mcp);
        String message = ANSWER.replace("$ID", sent(exchange).path("id").asText());
        McpCalls.OpenStream stream = new McpCalls.OpenStream("data: \n\nevent: message\ndata: " + message + "\n\n");
        answer(exchange, EVENTS, stream);

        mcp.readResult(exchange);

        assertThat(value(exchange)).isEqualTo(json("\"hi\""));
        assertThat(stream.closed).isTrue();
    }

    @Test
    void takesAnErrorWithoutAnIdInAStreamThatStaysOpenForTheAnswer() {
        Exchange exchange = called(mcp);
        McpCalls.OpenStream stream = new McpCalls.OpenStream(
                "data: {\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"No session\"}}\n\n");
        answer(exchange, EVENTS, stream);

        UpstreamStatusException failure =
                catchThrowableOfType(UpstreamStatusException.class, () -> mcp.readResult(exchange));

        assertThat(failure.rpcCode()).isEqualTo(-32000);
        assertThat(stream.closed).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "application/json | `` | empty body",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":$ID,\"resu | not valid JSON",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{}} trailing | not valid JSON",
                "text/html | <!DOCTYPE html><html></html> | text/html",
                "text/plain | hello | not valid JSON",
                "application/json | {\"message\":\"hello\"} | not a JSON-RPC answer",
                "application/json | \"hello\" | not a JSON-RPC answer",
                "application/json | [] | not a JSON-RPC answer",
                "application/json | {\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":$ID} | not a JSON-RPC answer",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}} | another id",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":\"$ID\",\"result\":{}} | another id",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":$ID.5,\"result\":{}} | another id",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}} | another id",
                "application/json | {\"jsonrpc\":\"2.0\",\"result\":{}} | not a JSON-RPC answer",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":\"\"}} | another id",
                "application/json | {\"jsonrpc\":\"1.0\",\"id\":$ID,\"result\":{}} | JSON-RPC 2.0",
                "application/json | {\"id\":$ID,\"result\":{}} | JSON-RPC 2.0",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":$ID} | neither",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":null} | neither",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":[]} | neither",
                "application/json | {\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{},\"error\":{\"code\":1}} | both",
                "text/event-stream | `` | without the answer",
                "text/event-stream | `data: \n\n` | without the answer",
                "text/event-stream | `data: {\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{}}\n` | without the answer",
                "text/event-stream | `data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n` | other ids",
                "text/event-stream | `data: {\"jsonrpc\":\n\n` | not valid JSON",
            })
    void anAnswerThatBreaksTheProtocolSaysHow(String contentType, String body, String expected) {
        CapabilityException failure =
                catchThrowableOfType(CapabilityException.class, () -> answered(mcp, contentType, body));

        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL_ERROR);
        assertThat(failure).hasMessageContaining(expected);
    }

    @Test
    void noBodyAtAllIsNoResult() {
        Exchange exchange = called(mcp);
        exchange.getMessage().setBody(null);

        assertThat(catchThrowableOfType(CapabilityException.class, () -> mcp.readResult(exchange))
                        .code())
                .isEqualTo(ErrorCode.UPSTREAM_PROTOCOL_ERROR);
    }

    @Test
    void anAnswerNestedTenThousandDeepIsRefused() {
        String deep = "[".repeat(10_000) + "]".repeat(10_000);
        String body = "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{\"x\":" + deep + "}}";

        for (String contentType : new String[] {"application/json", EVENTS}) {
            String framed = contentType.equals(EVENTS) ? "data: " + body + "\n\n" : body;
            CapabilityException failure =
                    catchThrowableOfType(CapabilityException.class, () -> answered(mcp, contentType, framed));
            assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL_ERROR);
        }
    }

    @Test
    void aMessageOverTheLimitIsRefusedInEitherForm() {
        McpProtocol small = new McpProtocol(100);
        String body = ANSWER.replace("hi", "x".repeat(100));

        assertThat(catchThrowableOfType(
                        CapabilityException.class, () -> streamed(small, EVENTS, "data: " + body + "\n\n")))
                .hasMessageContaining("100 bytes");
        assertThat(catchThrowableOfType(CapabilityException.class, () -> streamed(small, "application/json", body)))
                .hasMessageContaining("100 bytes");
    }

    @Test
    void aStreamCutByADeadlineIsATimeoutAndABrokenOneIsNot() {
        assertThat(failureOf(new SocketTimeoutException("read"))).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(failureOf(new IOException("reset"))).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL_ERROR);
    }

    @Test
    void aJsonRpcErrorKeepsItsCodeAndALineOfItsMessage() {
        UpstreamStatusException failure = catchThrowableOfType(
                UpstreamStatusException.class,
                () -> answered(
                        mcp,
                        "application/json",
                        "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{\"code\":-32602,\"message\":\"no\\u0007\\n"
                                + McpCalls.SESSION_ID + "\\u202e" + "x".repeat(2_000) + "\"}}"));

        assertThat(failure.status()).isEqualTo(200);
        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_ERROR);
        assertThat(failure.rpcCode()).isEqualTo(-32602);
        assertThat(failure.rpcMessage())
                .startsWith("no  [redacted] xxx")
                .endsWith("...")
                .hasSize(500);
        assertThat(failure).hasMessageContaining("-32602").hasMessageNotContaining(McpCalls.SESSION_ID);
    }

    @Test
    void notEvenAPartOfASessionIdIsRepeated() {
        String id = "0123456789".repeat(100);
        Exchange exchange = called(mcp);
        exchange.setProperty("SeraiSession", new Session(id, Map.of()));
        String error = "{\"code\":-32000,\"message\":\"" + id.repeat(20) + "\"}";
        answer(
                exchange,
                "application/json",
                ("{\"jsonrpc\":\"2.0\",\"error\":" + error + "}").getBytes(StandardCharsets.UTF_8));

        UpstreamStatusException failure =
                catchThrowableOfType(UpstreamStatusException.class, () -> mcp.readResult(exchange));

        assertThat(failure.rpcMessage()).startsWith("[redacted]").doesNotContain("0123");
    }

    @Test
    void aToolThatFailsIsAnErrorThatKeepsTheWholeResult() {
        String result =
                "{\"isError\":true,\"content\":[{\"type\":\"image\"},{\"type\":\"text\",\"text\":\"no such issue\"}]}";

        CapabilityException failure = catchThrowableOfType(
                CapabilityException.class, () -> answered(mcp, "application/json", ANSWER.replace(HI, result)));

        assertThat(failure.code()).isEqualTo(ErrorCode.TOOL_ERROR);
        assertThat(failure).hasMessage("no such issue");
        assertThat(failure.result()).isEqualTo(json(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"structuredContent\":{\"a\":1},\"content\":[{\"type\":\"text\",\"text\":\"x\"}]} | {\"a\":1}",
                "{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"a\\\":[1]}\"}]} | {\"a\":[1]}",
                "{\"content\":[{\"type\":\"text\",\"text\":\"[1, 2]\"}]} | [1,2]",
                "{\"content\":[{\"type\":\"text\",\"text\":\"-5\"}]} | -5",
                "{\"content\":[{\"type\":\"text\",\"text\":\"true\"}]} | true",
                "{\"content\":[{\"type\":\"text\",\"text\":\"{not json}\"}]} | \"{not json}\"",
                "{\"content\":[{\"type\":\"text\",\"text\":\"12 apples\"}]} | \"12 apples\"",
                "{\"content\":[{\"type\":\"text\",\"text\":\"1 2\"}]} | \"1 2\"",
                "{\"content\":[{\"type\":\"text\",\"text\":\"\"}]} | \"\"",
                "{\"content\":[{\"type\":\"image\"},{\"type\":\"text\",\"text\":\"x\"}]} | \"x\"",
                "{\"content\":[{\"type\":\"image\",\"data\":\"AA==\"}]} | [{\"type\":\"image\",\"data\":\"AA==\"}]",
                "{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]} | [{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]",
                "{\"content\":[]} | []",
                "{\"structuredContent\":null,\"content\":[{\"type\":\"text\",\"text\":\"x\"}]} | \"x\"",
            })
    void theValueIsStructuredContentElseJsonTextElseText(String result, String value) {
        Exchange exchange = answered(mcp, "application/json", ANSWER.replace(HI, result));

        assertThat(value(exchange)).isEqualTo(json(value));
        assertThat(exchange.getMessage().getBody()).isEqualTo(json(result));
    }

    @Test
    void numbersOfAResultKeepEveryDigit() {
        String numbers = "{\"big\":123456789012345678901234567890,\"exact\":0.10000000000000000000001,\"zero\":1.50}";

        Exchange exchange = answered(
                mcp,
                "application/json",
                ANSWER.replace(HI, "{\"structuredContent\":" + numbers + ",\"_meta\":{\"kept\":1}}"));

        assertThat(value(exchange)).hasToString(numbers);
        assertThat(exchange.getMessage().getBody(JsonNode.class).path("_meta")).isEqualTo(json("{\"kept\":1}"));
    }

    private ErrorCode failureOf(IOException broken) {
        Exchange exchange = called(mcp);
        InputStream start = new ByteArrayInputStream("data: {".getBytes(StandardCharsets.UTF_8));
        answer(exchange, EVENTS, new SequenceInputStream(start, new InputStream() {
            @Override
            public int read() throws IOException {
                throw broken;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                throw broken;
            }
        }));
        return catchThrowableOfType(CapabilityException.class, () -> mcp.readResult(exchange))
                .code();
    }

    private static Object value(Exchange exchange) {
        return exchange.getProperty("SeraiValue");
    }
}
