package dev.serai.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.Json;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The revision without handshake and sessions: every request says all. Source: MCP 2026-07-28, base protocol and
 * Streamable HTTP.
 *
 * @param abilities what the caller can be asked
 * @param logLevel from which level on the caller wants log messages; {@code null} for none
 * @param parameters which arguments are headers too
 */
record StatelessWire(CallerAbilities abilities, @Nullable String logLevel, ParameterHeaders parameters)
        implements Wire {
    private static final String KEY = "io.modelcontextprotocol/";

    static StatelessWire of(Exchange exchange, ParameterHeaders parameters) {
        CallerChannel channel = CallerChannel.of(exchange);
        return new StatelessWire(
                CallerAbilities.of(channel), channel == null ? null : channel.leastLogLevel(), parameters);
    }

    @Override
    public void headers(Message message, McpRequest request) {
        message.setHeader(McpHeaders.PROTOCOL_VERSION, ProtocolVersion.STATELESS);
        message.setHeader(McpHeaders.METHOD, request.method());
        if (request.name() != null) {
            message.setHeader(McpHeaders.NAME, HeaderText.encode(request.name()));
        }
        JsonNode arguments = request.arguments();
        if (arguments != null) {
            parameters.set(message, arguments);
        }
    }

    @Override
    public boolean hasMeta() {
        return true;
    }

    @Override
    public void meta(JsonGenerator json) throws IOException {
        json.writeStringField(KEY + "protocolVersion", ProtocolVersion.STATELESS);
        json.writeObjectFieldStart(KEY + "clientInfo");
        Handshake.writeClient(json);
        json.writeEndObject();
        json.writeFieldName(KEY + "clientCapabilities");
        Json.MAPPER.writeTree(json, abilities.json());
        if (logLevel != null) {
            json.writeStringField(KEY + "logLevel", logLevel);
        }
    }
}
