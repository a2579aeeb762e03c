package dev.serai.flow;

import dev.serai.capability.Durations;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long a call may take.
 *
 * @param normal from entry to answer
 * @param streaming the same for a caller that asked for an event stream
 * @param queue of it the longest wait for its turn
 */
public record Timeouts(Duration normal, Duration streaming, Duration queue) {
    /** Those of a declaration, where these are the defaults. A {@code policy_timeout} alone holds for both kinds. */
    Timeouts declaredBy(Map<String, String> metadata) {
        String both = metadata.get("policy_timeout");
        return new Timeouts(
                duration(both, normal),
                duration(metadata.get("policy_timeout_streaming"), duration(both, streaming)),
                duration(metadata.get("policy_timeout_queue"), queue));
    }

    Duration of(boolean stream) {
        return stream ? streaming : normal;
    }

    private static Duration duration(@Nullable String text, Duration otherwise) {
        return text == null ? otherwise : Durations.parse(text);
    }
}
