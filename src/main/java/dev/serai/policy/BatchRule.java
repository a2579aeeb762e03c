package dev.serai.policy;

import dev.serai.capability.Durations;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which calls go out as one request, {@code policy_batch_…}.
 *
 * @param size with how many it goes out at once, 2 to 1000
 * @param window how long the first waits for others, 1 ms to 10 s
 */
public record BatchRule(int size, Duration window) {
    private static final int USUAL_SIZE = 50;
    private static final Duration USUAL_WINDOW = Duration.ofMillis(10);

    /** {@code null} where the metadata declare none. */
    static @Nullable BatchRule of(Map<String, String> metadata) {
        String size = metadata.get("policy_batch_size");
        String window = metadata.get("policy_batch_window");
        return size == null && window == null
                ? null
                : new BatchRule(
                        size == null ? USUAL_SIZE : Integer.parseInt(size),
                        window == null ? USUAL_WINDOW : Durations.parse(window));
    }
}
