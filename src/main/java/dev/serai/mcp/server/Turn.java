package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.entry.EventReply;

/** What waits for an answer: exactly one of these is called, once. */
interface Turn {
    /** A JSON message, or what stands for it. */
    void json(int status, JsonNode body);

    /** Nothing but a status. */
    void empty(int status);

    /** An event stream. */
    void stream(EventReply events);

    /** Whether the client takes an event stream. */
    boolean canStream();

    /** The last message of the event stream that this was answered with. */
    default void ended(JsonNode message) {
        // Whoever wants to know says so.
    }

    /** Answers with this error. */
    default void error(@org.jspecify.annotations.Nullable JsonNode id, RpcError error) {
        json(error.status(), Rpc.error(id, error));
    }
}
