package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Takes what else a server sends on the stream of an answer: notifications, and requests of its own. */
@FunctionalInterface
interface Incoming {
    /** Nobody, where there is no way back to a caller. */
    Incoming NOBODY = message -> {};

    /**
     * Takes one.
     *
     * @param message a JSON object that is no answer
     */
    void take(JsonNode message);

    /** Why the stream was given up from outside; {@code null} where it was not. */
    default @Nullable CapabilityException failure() {
        return null;
    }

    /**
     * The rest of a stream that ended before the answer; {@code null} where there is none.
     *
     * @param eventId of the last event that came
     * @param retryMillis the wait that the server asked for; {@code null} where it asked for none
     */
    default @Nullable InputStream rest(String eventId, @Nullable Long retryMillis) {
        return null;
    }
}
