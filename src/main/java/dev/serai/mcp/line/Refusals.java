package dev.serai.mcp.line;

import dev.serai.http.LocalAnswer;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a server at a URL would answer to requests that it does not take. */
public final class Refusals {
    public static final LocalAnswer SESSION_LOST = refusal(404, -32001, "Session not found");
    public static final LocalAnswer NO_MESSAGE = refusal(400, -32600, "expected one JSON-RPC message");
    static final LocalAnswer ID_IN_USE = refusal(400, -32600, "another open request has this id");
    public static final LocalAnswer NOT_ALLOWED = refusal(405, -32600, "expected POST, GET or DELETE");
    public static final LocalAnswer STREAM_TAKEN = refusal(409, -32000, "the session has a stream already");

    private Refusals() {}

    /** Without content. */
    public static LocalAnswer empty(int status) {
        return new LocalAnswer(status, Map.of(), Buffer.buffer(), null);
    }

    /** An answer that is an error; the id as JSON, the message without anything to escape. */
    public static byte[] error(String id, int code, String message) {
        return ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":" + code + ",\"message\":\"" + message
                        + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static LocalAnswer refusal(int status, int code, String message) {
        return new LocalAnswer(
                status, Map.of("Content-Type", "application/json"), Buffer.buffer(error("null", code, message)), null);
    }
}
