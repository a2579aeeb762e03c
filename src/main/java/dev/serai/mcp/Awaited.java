package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.UpstreamText;
import org.jspecify.annotations.Nullable;

/** The request whose answer is read: its id, and the session id that no message may repeat. */
final class Awaited implements Expected<JsonNode> {
    private final long id;
    private final @Nullable String sessionId;

    Awaited(long id, @Nullable String sessionId) {
        this.id = id;
        this.sessionId = sessionId;
    }

    long id() {
        return id;
    }

    @Nullable
    String sessionId() {
        return sessionId;
    }

    @Override
    public @Nullable JsonNode in(JsonNode messages, Incoming others) {
        return JsonRpcAnswer.resultIn(messages, this, others);
    }

    /** The text as an excerpt without the session id. */
    String excerpt(String untrusted) {
        return UpstreamText.excerpt(untrusted, UpstreamText.secrets(sessionId));
    }

    @Override
    public String toString() {
        return "request " + id;
    }
}
