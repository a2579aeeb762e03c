package dev.serai.websocket;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.UpstreamText;
import dev.serai.socket.Match;
import dev.serai.socket.Parts;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads messages as a declaration describes them. */
record Answers(Declared declared, List<String> secrets) {
    /** @throws CapabilityException {@code upstream_protocol_error} for what is no JSON, {@code tool_error} for a failure */
    JsonNode read(Object body) {
        JsonNode message;
        try {
            message = body instanceof byte[] bytes ? Json.MAPPER.readTree(bytes) : null;
        } catch (IOException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the message that answers is no JSON", e);
        }
        if (message == null || message.isMissingNode()) {
            throw new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the message that answers is empty");
        }
        check(message);
        return message;
    }

    /** What the declaration calls the result. */
    JsonNode result(JsonNode message) {
        JsonPointer at = declared.result();
        JsonNode result = at == null ? message : message.at(at);
        if (result.isMissingNode()) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the message that answers has nothing at " + at + " (result)");
        }
        return result;
    }

    private void check(JsonNode message) {
        JsonPointer at = declared.error();
        JsonNode error = at == null ? null : message.at(at);
        if (error == null || error.isMissingNode() || error.isNull() || (error.isBoolean() && !error.asBoolean())) {
            return;
        }
        JsonNode words = error.path("message").isTextual() ? error.path("message") : error;
        String text = UpstreamText.excerpt(words.isTextual() ? words.asText() : words.toString(), secrets);
        throw new CapabilityException(ErrorCode.TOOL_ERROR, text, message, null);
    }

    /** How the messages of a stream are read. */
    Parts.Reading parts() {
        return new Parts.Reading() {
            @Override
            public @Nullable JsonNode part(String type, JsonNode message) {
                check(message);
                if (type.equals("next")) {
                    JsonNode part = declared.result() == null ? message : message.at(declared.result());
                    return part.isMissingNode() ? null : part;
                }
                Stream stream = declared.stream();
                JsonPointer names = stream == null ? null : stream.subscription();
                if (type.equals("ack") && names != null && Match.text(message.at(names)) == null) {
                    throw new CapabilityException(
                            ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                            "the message that answers names no subscription at " + names);
                }
                return null;
            }

            @Override
            public boolean isEnd(String type) {
                return type.equals("end");
            }
        };
    }
}
