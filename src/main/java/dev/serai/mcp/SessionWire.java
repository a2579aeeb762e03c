package dev.serai.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.serai.session.Session;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The revisions with a handshake. Source: MCP 2025-11-25, Streamable HTTP, and its predecessors.
 *
 * @param sessionId the server's; {@code null} where it keeps no sessions
 * @param version the negotiated revision; {@code null} without a handshake
 */
record SessionWire(@Nullable String sessionId, @Nullable String version) implements Wire {
    static SessionWire of(@Nullable Session session) {
        return session == null
                ? new SessionWire(null, null)
                : new SessionWire(session.id(), session.fact(Handshake.PROTOCOL_VERSION));
    }

    @Override
    public void headers(Message message, McpRequest request) {
        headers(message);
    }

    /** Those of every message, answers and notifications too. */
    void headers(Message message) {
        if (sessionId != null) {
            message.setHeader(McpHeaders.SESSION_ID, sessionId);
        }
        if (version != null) {
            message.setHeader(McpHeaders.PROTOCOL_VERSION, version);
        }
    }

    @Override
    public boolean hasMeta() {
        return false;
    }

    @Override
    public void meta(JsonGenerator json) {}

    /** Without the id, which is a secret. */
    @Override
    public String toString() {
        return "revision " + version;
    }
}
