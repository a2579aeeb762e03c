package dev.serai.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.serai.session.Session;
import java.io.IOException;
import org.apache.camel.Message;

/** What a revision of the protocol wants around a request. */
sealed interface Wire permits SessionWire, StatelessWire {
    /** Whether this session is with a server that has none. */
    static boolean isStateless(Session session) {
        return ProtocolVersion.isStateless(session.fact(Handshake.PROTOCOL_VERSION));
    }

    /** Sets the headers of the protocol. */
    void headers(Message message, McpRequest request);

    /** Whether {@link #meta} writes anything. */
    boolean hasMeta();

    /** Writes the revision's own members of {@code _meta}. */
    void meta(JsonGenerator json) throws IOException;
}
