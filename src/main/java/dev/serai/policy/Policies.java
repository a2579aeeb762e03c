package dev.serai.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The policies of one declaration, read once per load. */
public final class Policies {
    final @Nullable RateLimit rateLimit;
    final @Nullable BreakerRule breaker;

    private Policies(@Nullable RateLimit rateLimit, @Nullable BreakerRule breaker) {
        this.rateLimit = rateLimit;
        this.breaker = breaker;
    }

    /**
     * What the metadata ask for; {@code null} where that is nothing.
     *
     * @param metadata flat, and checked when they were loaded
     */
    public static @Nullable Policies of(Map<String, String> metadata) {
        RateLimit rateLimit = RateLimit.of(metadata);
        BreakerRule breaker = BreakerRule.of(metadata);
        return rateLimit == null && breaker == null ? null : new Policies(rateLimit, breaker);
    }
}
