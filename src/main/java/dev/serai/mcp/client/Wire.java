package dev.serai.mcp.client;

import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How requests get to one server. */
interface Wire {
    /**
     * Sends one request and waits for the head of its answer.
     *
     * @param method of HTTP
     * @param body {@code null} where there is none
     * @throws dev.serai.invocation.CapabilityException {@code upstream_unavailable} or {@code timeout}
     */
    Answer send(String method, Map<String, String> headers, @Nullable String body, Duration timeout);

    /**
     * An answer, whose body is to be closed.
     *
     * @param status 100 to 599
     * @param contentType without parameters, in lower case; empty where there is none
     * @param sessionId the header; {@code null} where there is none
     */
    record Answer(int status, String contentType, @Nullable String sessionId, InputStream body) {
        boolean success() {
            return status >= 200 && status < 300;
        }

        boolean isEventStream() {
            return contentType.equals("text/event-stream");
        }
    }

    /** The media type of a header. */
    static String mediaType(@Nullable String contentType) {
        return contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(java.util.Locale.ROOT);
    }
}
