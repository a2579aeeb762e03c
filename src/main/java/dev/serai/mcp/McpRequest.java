package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as every era knows it; its {@link Wire} adds the rest.
 *
 * @param name the tool, prompt or resource meant; {@code null} for a method that names none
 * @param arguments of a tool; {@code null} for other methods
 * @param params writes the members of {@code params} but {@code _meta}
 */
record McpRequest(
        String method, @Nullable String name, @Nullable JsonNode arguments, JsonRpcWriter.Params params) {
    static McpRequest callTool(String tool, @Nullable JsonNode arguments) {
        return new McpRequest("tools/call", tool, arguments, json -> {
            json.writeStringField("name", tool);
            json.writeFieldName("arguments");
            if (arguments == null) {
                json.writeStartObject();
                json.writeEndObject();
            } else {
                Json.MAPPER.writeTree(json, arguments);
            }
        });
    }

    /**
     * A request of another method than {@code tools/call}.
     *
     * @param given its parameters; {@code null} where there are none
     */
    static McpRequest of(String method, @Nullable JsonNode given) {
        return new McpRequest(method, name(method, given), null, json -> {
            if (given != null) {
                for (Map.Entry<String, JsonNode> member : given.properties()) {
                    // What the gateway says of the request goes there.
                    if (!member.getKey().equals("_meta")) {
                        json.writeFieldName(member.getKey());
                        Json.MAPPER.writeTree(json, member.getValue());
                    }
                }
            }
        });
    }

    /** Source: MCP 2026-07-28, Streamable HTTP, {@code Mcp-Name}. */
    private static @Nullable String name(String method, @Nullable JsonNode given) {
        String member =
                switch (method) {
                    case "prompts/get" -> "name";
                    case "resources/read" -> "uri";
                    default -> null;
                };
        return member == null || given == null ? null : given.path(member).textValue();
    }

    static McpRequest of(String method) {
        return new McpRequest(method, null, null, json -> {});
    }

    /** The same again, with what else the server asked for. */
    McpRequest with(JsonRpcWriter.Params more) {
        return new McpRequest(method, name, arguments, json -> {
            params.write(json);
            more.write(json);
        });
    }
}
