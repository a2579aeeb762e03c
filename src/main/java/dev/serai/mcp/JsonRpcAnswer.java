package dev.serai.mcp;

import static dev.serai.mcp.AnswerReader.protocolError;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamStatusException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of a JSON-RPC 2.0 answer, on messages that may be batched. */
final class JsonRpcAnswer {
    private static final int HTTP_OK = 200;

    private JsonRpcAnswer() {}

    /**
     * The result for this request, or {@code null} where these messages do not answer it. An error without an id
     * answers the one request that was sent. Ids are never compared as text: a server must echo the number.
     *
     * @param others takes the messages before the answer that are none
     */
    static @Nullable JsonNode resultIn(JsonNode messages, Awaited request, Incoming others) {
        for (JsonNode message : each(messages)) {
            if (isAnswer(message)) {
                if (answers(message, request.id())) {
                    return result(message, request);
                }
            } else if (message.isObject()) {
                others.take(message);
            }
        }
        return null;
    }

    /** Whether any of these messages is an answer, to whatever request. */
    static boolean holdsAnswer(JsonNode messages) {
        for (JsonNode message : each(messages)) {
            if (isAnswer(message)) {
                return true;
            }
        }
        return false;
    }

    /** One message, or each of a batch. */
    static Iterable<JsonNode> each(JsonNode messages) {
        return messages.isArray() ? messages : List.of(messages);
    }

    static boolean isAnswer(JsonNode message) {
        return message.isObject() && !message.has("method") && (message.has("id") || message.has("error"));
    }

    /** Whether this answer, an error, names no request. */
    static boolean isOfNone(JsonNode answer) {
        JsonNode id = answer.get("id");
        return (id == null || id.isNull()) && answer.hasNonNull("error");
    }

    /** What this answer answers; {@code null} where that is no request of ours. */
    static @Nullable Long id(JsonNode answer) {
        JsonNode id = answer.get("id");
        return id != null && id.isNumber() && id.canConvertToExactIntegral() && id.canConvertToLong()
                ? Long.valueOf(id.longValue())
                : null;
    }

    private static boolean answers(JsonNode message, long expected) {
        Long id = id(message);
        return id == null ? isOfNone(message) : id == expected;
    }

    /** The result in an answer; fails as it says, and where it breaks the rules. */
    static JsonNode result(JsonNode message, Awaited request) {
        if (!message.path("jsonrpc").asText().equals("2.0")) {
            throw protocolError("the upstream's answer is not JSON-RPC 2.0", null);
        }
        boolean failed = message.hasNonNull("error");
        JsonNode result = message.get("result");
        if (failed && result != null && !result.isNull()) {
            throw protocolError("the upstream's answer holds both a result and an error", null);
        }
        if (failed) {
            throw error(message.path("error"), request);
        }
        if (result == null || !result.isObject()) {
            throw protocolError("the upstream's answer holds neither an error nor a result that is an object", null);
        }
        return result;
    }

    /** An error that names none of several requests; its words may be about one, and are for nobody else. */
    static UpstreamStatusException errorOfMany(JsonNode answer) {
        Integer code = code(answer.path("error"));
        return new UpstreamStatusException(
                HTTP_OK,
                code,
                null,
                "the upstream answered several calls that went together with JSON-RPC error "
                        + (code == null ? "(no code)" : code));
    }

    private static @Nullable Integer code(JsonNode error) {
        JsonNode code = error.path("code");
        return code.isIntegralNumber() && code.canConvertToInt() ? Integer.valueOf(code.intValue()) : null;
    }

    private static UpstreamStatusException error(JsonNode error, Awaited request) {
        Integer rpcCode = code(error);
        String message = request.excerpt(
                error.isTextual() ? error.asText() : error.path("message").asText());
        String detail = "the upstream answered with JSON-RPC error " + (rpcCode == null ? "(no code)" : rpcCode)
                + (message.isEmpty() ? "" : ": " + message);
        return new UpstreamStatusException(HTTP_OK, rpcCode, message, detail);
    }
}
