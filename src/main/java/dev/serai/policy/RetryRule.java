package dev.serai.policy;

import dev.serai.capability.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How often a call is tried again that failed in a way that may pass.
 *
 * @param max tries after the first, 1 or more
 * @param delay before the second try; it doubles from try to try
 * @param longest what the doubling ends at, and the longest that a server is waited for
 */
public record RetryRule(int max, Duration delay, Duration longest) {
    private static final String FAMILY = "policy_retry_";
    private static final int MAX = 3;
    private static final Duration DELAY = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int MOST_DOUBLINGS = 30;

    /** {@code null} where none of the keys is declared. */
    static @Nullable RetryRule of(Map<String, String> metadata) {
        if (metadata.keySet().stream().noneMatch(key -> key.startsWith(FAMILY))) {
            return null;
        }
        String max = metadata.get(FAMILY + "max");
        return new RetryRule(
                max == null ? MAX : Integer.parseInt(max),
                duration(metadata.get(FAMILY + "delay"), DELAY),
                duration(metadata.get(FAMILY + "delay_max"), LONGEST));
    }

    private static Duration duration(@Nullable String declared, Duration otherwise) {
        return declared == null ? otherwise : Durations.parse(declared);
    }

    /**
     * How long to wait before another try: the doubled delay, of which half is left to chance, so that those who failed
     * together do not come back together.
     *
     * @param tries so far, 1 or more
     * @param askedMillis by the server; 0 where it did not ask
     * @return milliseconds; -1 where there is none, since there were enough or the server asks for too much
     */
    public long pauseMillis(int tries, long askedMillis) {
        if (tries > max || askedMillis > longest.toMillis()) {
            return -1;
        }
        int doublings = Math.min(tries - 1, MOST_DOUBLINGS);
        long doubled =
                longest.toMillis() >> doublings < delay.toMillis() ? longest.toMillis() : delay.toMillis() << doublings;
        long jittered = doubled - ThreadLocalRandom.current().nextLong(doubled / 2 + 1);
        return Math.max(jittered, askedMillis);
    }
}
