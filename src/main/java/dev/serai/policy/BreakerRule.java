package dev.serai.policy;

import dev.serai.capability.Durations;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When calls of a failing server are refused at once.
 *
 * @param failureRate of the last calls, from which on it is so, in percent, 1 to 100
 * @param window how many calls are looked at, 1 or more; with fewer nothing is decided
 * @param openFor how long calls are refused before some are tried
 * @param trials how many of those may be in progress, 1 or more; they decide
 * @param sharing which calls count together
 */
record BreakerRule(int failureRate, int window, Duration openFor, int trials, Sharing sharing) {
    private static final String FAMILY = "policy_circuit_breaker_";
    private static final int FAILURE_RATE = 50;
    private static final int WINDOW = 20;
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);

    /** {@code null} where none of the keys is declared. */
    static @Nullable BreakerRule of(Map<String, String> metadata) {
        if (metadata.keySet().stream().noneMatch(key -> key.startsWith(FAMILY))) {
            return null;
        }
        String openFor = metadata.get(FAMILY + "open_for");
        return new BreakerRule(
                number(metadata, "failure_rate", FAILURE_RATE),
                number(metadata, "window", WINDOW),
                openFor == null ? OPEN_FOR : Durations.parse(openFor),
                number(metadata, "trials", 1),
                Sharing.of(metadata.get(FAMILY + "by"), Sharing.SERVER));
    }

    private static int number(Map<String, String> metadata, String name, int otherwise) {
        String declared = metadata.get(FAMILY + name);
        return declared == null ? otherwise : Integer.parseInt(declared);
    }
}
