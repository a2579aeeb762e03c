package dev.serai.mcp.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** JSON-RPC 2.0 messages, and how they stand in an event stream. */
final class Rpc {
    /** Characters. */
    static final int LONGEST_ID = 256;

    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL_ERROR = -32603;
    /** What servers of the session era say of a session that is missing. */
    static final int NO_SESSION = -32000;

    static final int SESSION_NOT_FOUND = -32001;
    static final int RESOURCE_NOT_FOUND = -32002;
    /** From here to -32022: 2026-07-28, basic/index.mdx. */
    static final int HEADER_MISMATCH = -32020;

    static final int MISSING_CAPABILITY = -32021;
    static final int UNSUPPORTED_VERSION = -32022;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Rpc() {}

    static ObjectNode object() {
        return NODES.objectNode();
    }

    static ObjectNode result(JsonNode id, JsonNode result) {
        ObjectNode message = message();
        message.set("id", id);
        message.set("result", result);
        return message;
    }

    /** @param id {@code null} where the request could not be read so far */
    static ObjectNode error(@Nullable JsonNode id, RpcError error) {
        ObjectNode message = message();
        message.set("id", id == null ? NullNode.instance : id);
        ObjectNode body = message.putObject("error");
        body.put("code", error.code());
        body.put("message", String.valueOf(error.getMessage()));
        if (error.data() != null) {
            body.set("data", error.data());
        }
        return message;
    }

    static ObjectNode notification(String method, ObjectNode params) {
        ObjectNode message = message().put("method", method);
        message.set("params", params);
        return message;
    }

    static ObjectNode request(String id, String method, ObjectNode params) {
        ObjectNode message = message().put("id", id).put("method", method);
        message.set("params", params);
        return message;
    }

    private static ObjectNode message() {
        return object().put("jsonrpc", "2.0");
    }

    /** Whether this may be the id of a request: it is kept as long as the request is open. */
    static boolean isId(@Nullable JsonNode id) {
        return id != null
                && (id.isTextual()
                        ? id.textValue().length() <= LONGEST_ID
                        : id.isNumber() && id.canConvertToExactIntegral());
    }

    /** Two ids are the same only where their JSON types are. */
    static String key(JsonNode id) {
        return (id.isTextual() ? "s" : "n") + id.asText();
    }

    /** One event of a stream (WHATWG HTML, server-sent events). */
    static byte[] event(@Nullable String eventId, JsonNode message) {
        try {
            byte[] data = Json.bytes(message);
            byte[] head = ((eventId == null ? "" : "id: " + eventId + "\n") + "event: message\ndata: ")
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] event = new byte[head.length + data.length + 2];
            System.arraycopy(head, 0, event, 0, head.length);
            System.arraycopy(data, 0, event, head.length, data.length);
            event[event.length - 2] = '\n';
            event[event.length - 1] = '\n';
            return event;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }
}
