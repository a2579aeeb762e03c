package dev.serai.policy;

import dev.serai.capability.Durations;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The policies of one declaration, read once per load. */
public final class Policies {
    final @Nullable RateLimit rateLimit;
    final @Nullable BreakerRule breaker;

    private final @Nullable Duration cacheTtl;
    private final boolean coalesce;
    private final @Nullable RetryRule retry;
    private final @Nullable String fallback;
    private final @Nullable BatchRule batch;

    private Policies(Map<String, String> metadata) {
        this.rateLimit = RateLimit.of(metadata);
        this.breaker = BreakerRule.of(metadata);
        String ttl = metadata.get("policy_cache_ttl");
        this.cacheTtl = ttl == null ? null : Durations.parse(ttl);
        this.coalesce = Boolean.parseBoolean(metadata.get("policy_coalesce"));
        this.retry = RetryRule.of(metadata);
        this.fallback = metadata.get("policy_fallback");
        this.batch = BatchRule.of(metadata);
    }

    /**
     * What the metadata ask for; {@code null} where that is nothing.
     *
     * @param metadata flat, and checked when they were loaded
     */
    public static @Nullable Policies of(Map<String, String> metadata) {
        Policies policies = new Policies(metadata);
        boolean none = policies.rateLimit == null
                && policies.breaker == null
                && policies.cacheTtl == null
                && !policies.coalesce
                && policies.retry == null
                && policies.fallback == null
                && policies.batch == null;
        return none ? null : policies;
    }

    /** How long an answer may be given to others; {@code null} where none is kept. */
    public @Nullable Duration cacheTtl() {
        return cacheTtl;
    }

    /** Whether calls that ask for the same at the same time are made once. */
    public boolean coalesces() {
        return coalesce;
    }

    /** Whether a call may be answered by another's answer. */
    public boolean sharesAnswers() {
        return coalesce || cacheTtl != null;
    }

    /** {@code null} where a failed call stays failed. */
    public @Nullable RetryRule retry() {
        return retry;
    }

    /** {@code null} where each call is a request of its own. */
    public @Nullable BatchRule batch() {
        return batch;
    }

    /** The id of the capability that is called instead of a failing one; {@code null} where none is. */
    public @Nullable String fallback() {
        return fallback;
    }
}
