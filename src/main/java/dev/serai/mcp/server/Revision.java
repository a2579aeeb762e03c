package dev.serai.mcp.server;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The revisions of the protocol that clients may speak here, all over Streamable HTTP. */
final class Revision {
    static final String BATCHES = "2025-03-26";
    static final String STRUCTURED = "2025-06-18";
    static final String LATEST_OF_SESSIONS = "2025-11-25";
    static final String MODERN = "2026-07-28";

    private static final List<String> OF_SESSIONS = List.of(LATEST_OF_SESSIONS, STRUCTURED, BATCHES, "2024-11-05");

    private Revision() {}

    static boolean isOfSessions(@Nullable String version) {
        return version != null && OF_SESSIONS.contains(version);
    }

    /** What is spoken with a client that asks for this one. */
    static String negotiated(String asked) {
        return OF_SESSIONS.contains(asked) ? asked : LATEST_OF_SESSIONS;
    }

    /** Whether this names a revision without sessions, known here or not. */
    static boolean claimsModern(@Nullable String version) {
        return version != null && version.matches("20\\d\\d-\\d\\d-\\d\\d") && version.compareTo(MODERN) >= 0;
    }

    static boolean atLeast(String version, String other) {
        return version.compareTo(other) >= 0;
    }
}
