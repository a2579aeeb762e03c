package dev.serai.policy;

import dev.serai.capability.Rate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many calls may begin in which time.
 *
 * @param sharing which calls count together
 */
record RateLimit(Rate rate, Sharing sharing) {
    private static final String KEY = "policy_rate_limit";

    static @Nullable RateLimit of(Map<String, String> metadata) {
        String declared = metadata.get(KEY);
        return declared == null
                ? null
                : new RateLimit(Rate.parse(declared), Sharing.of(metadata.get(KEY + "_by"), Sharing.CAPABILITY));
    }
}
