package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.Json;
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
