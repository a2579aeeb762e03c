package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.session.Session;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** Exchanges between {@link McpProtocol} and an upstream that is only bytes. */
final class McpCalls {
    static final String SESSION_ID = "5e55-10n";
    static final Session SESSION = new Session(SESSION_ID, Map.of("protocolVersion", "2025-06-18", "lostWhen", "404"));

    private static final CamelContext CAMEL = new DefaultCamelContext();

    static {
        // What a server asks is answered through a route, which is not there.
        CAMEL.getComponent("direct", DirectComponent.class).setBlock(false);
        CAMEL.start();
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private McpCalls() {}

    static Exchange exchange() {
        return new DefaultExchange(CAMEL);
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the exchange would send. */
    static JsonNode sent(Exchange exchange) {
        return json(new String(exchange.getMessage().getBody(byte[].class), StandardCharsets.UTF_8));
    }

    /** An exchange whose call was sent in a session. */
    static Exchange called(McpProtocol mcp) {
        Exchange exchange = exchange();
        exchange.setProperty("SeraiSession", SESSION);
        exchange.getMessage().setHeader("mcp_tool_name", "echo");
        exchange.getMessage().setBody(json("{}"));
        mcp.callTool(exchange);
        return exchange;
    }

    /** Answers the call with a body in which {@code $ID} stands for its id, and reads it. */
    static Exchange answered(McpProtocol mcp, String contentType, String body) {
        return answered(mcp, contentType, body, false);
    }

    /** The same from a stream. */
    static Exchange streamed(McpProtocol mcp, String contentType, String body) {
        return answered(mcp, contentType, body, true);
    }

    private static Exchange answered(McpProtocol mcp, String contentType, String body, boolean stream) {
        Exchange exchange = called(mcp);
        byte[] bytes = body.replace("$ID", sent(exchange).path("id").asText()).getBytes(StandardCharsets.UTF_8);
        answer(exchange, contentType, stream ? new ByteArrayInputStream(bytes) : bytes);
        mcp.readResult(exchange);
        return exchange;
    }

    static void answer(Exchange exchange, String contentType, Object body) {
        exchange.getMessage().setHeader("Content-Type", contentType);
        exchange.getMessage().setHeader("CamelHttpResponseCode", 200);
        exchange.getMessage().setBody(body);
    }

    /** A stream that goes on forever: reading past its bytes fails the test. */
    static final class OpenStream extends InputStream {
        private final InputStream bytes;
        boolean closed;

        OpenStream(String text) {
            bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int read() throws IOException {
            int next = bytes.read();
            if (next < 0) {
                throw new AssertionError("read past what the server has sent so far: a real stream would hang here");
            }
            return next;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            target[offset] = (byte) read();
            return 1;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
