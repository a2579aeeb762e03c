package dev.serai.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.trace.TraceContext;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes JSON-RPC 2.0 requests and notifications as UTF-8. */
final class JsonRpcWriter {
    /** Writes the members of {@code params}. */
    @FunctionalInterface
    interface Params {
        void write(JsonGenerator json) throws IOException;
    }

    private static final int USUAL_BYTES = 512;
    private static final Params NONE = json -> {};

    private JsonRpcWriter() {}

    static byte[] request(long id, String method) {
        return message(id, method, NONE);
    }

    static byte[] request(long id, String method, Params params) {
        return message(id, method, params);
    }

    static byte[] notification(String method, Params params) {
        return message(null, method, params);
    }

    static byte[] notification(String method) {
        return message(null, method, NONE);
    }

    /** These messages as one. Source: MCP 2025-03-26, base protocol, batching. */
    static byte[] batch(List<byte[]> messages) {
        ByteArrayBuilder all = new ByteArrayBuilder(USUAL_BYTES * messages.size());
        all.append('[');
        for (int i = 0; i < messages.size(); i++) {
            if (i > 0) {
                all.append(',');
            }
            all.write(messages.get(i));
        }
        all.append(']');
        return all.toByteArray();
    }

    /** Writes the members of {@code _meta} that tell its trace. Source: MCP SEP-414, names of W3C Trace Context. */
    static void writeTrace(JsonGenerator json, TraceContext trace) throws IOException {
        json.writeStringField(TraceContext.PARENT, trace.parent());
        if (trace.state() != null) {
            json.writeStringField(TraceContext.STATE, trace.state());
        }
    }

    /** An answer, to a request that the server made. */
    static byte[] answer(JsonNode id, Params resultOrError) {
        return message(json -> {
            json.writeFieldName("id");
            Json.MAPPER.writeTree(json, id);
            resultOrError.write(json);
        });
    }

    private static byte[] message(@Nullable Long id, String method, Params params) {
        return message(json -> {
            if (id != null) {
                json.writeNumberField("id", id);
            }
            json.writeStringField("method", method);
            if (params != NONE) {
                json.writeObjectFieldStart("params");
                params.write(json);
                json.writeEndObject();
            }
        });
    }

    private static byte[] message(Params members) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(USUAL_BYTES)) {
            try (JsonGenerator json = Json.MAPPER.createGenerator(bytes)) {
                json.writeStartObject();
                json.writeStringField("jsonrpc", "2.0");
                members.write(json);
                json.writeEndObject();
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS,
                    "the arguments cannot be sent as JSON: expected at most " + Json.MAX_DEPTH + " levels",
                    e);
        }
    }
}
