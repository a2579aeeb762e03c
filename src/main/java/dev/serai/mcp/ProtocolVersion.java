package dev.serai.mcp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The protocol revisions. Source: the MCP specification, one revision per name. */
final class ProtocolVersion {
    static final String LATEST = "2025-11-25";

    /** The revision without handshake and sessions. */
    static final String STATELESS = "2026-07-28";

    /** The only one in which a client may send several requests as one message. */
    static final String BATCHING = "2025-03-26";

    private static final List<String> SESSION_ERA = List.of("2024-11-05", BATCHING, "2025-06-18", LATEST);

    private ProtocolVersion() {}

    static boolean isSessionEra(String version) {
        return SESSION_ERA.contains(version);
    }

    static boolean isStateless(@Nullable String version) {
        return STATELESS.equals(version);
    }

    /** What to offer: the declared revision where it has a handshake, else the latest that has. */
    static String offered(@Nullable String declared) {
        return declared != null && isSessionEra(declared) ? declared : LATEST;
    }

    static String supported() {
        return String.join(", ", SESSION_ERA);
    }
}
