package dev.serai.observe;

import dev.serai.policy.AnswerCache;
import dev.serai.policy.Flights;
import dev.serai.policy.PolicyGate;
import dev.serai.store.StoreStats;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** What declared policies did. */
public final class PolicyMetrics {
    private PolicyMetrics() {}

    public static void bind(Metrics metrics, PolicyGate gate) {
        String name = "serai.policy.refused";
        String what = "Calls that a declared policy refused";
        metrics.counter(name, what, gate::tooOften, "policy", "rate_limit");
        metrics.counter(name, what, gate::refusedOpen, "policy", "circuit_breaker");
        metrics.gauge("serai.circuits.open", "Circuits that are open", gate::openCircuits);
    }

    public static void bind(Metrics metrics, AnswerCache cache, Flights flights) {
        String name = "serai.cache.lookups";
        String what = "Calls whose answer was looked for among those that are kept";
        metrics.counter(name, what, cache::hits, "outcome", "hit");
        metrics.counter(name, what, cache::misses, "outcome", "miss");
        metrics.gauge("serai.cache.answers", "Answers that are kept", cache::size);
        metrics.counter("serai.collapsed", "Calls that ended as another that asked for the same", flights::shared);
        metrics.gauge(
                "serai.collapsed.waiting", "Calls that wait for another that asks for the same", flights::waiting);
    }

    /**
     * Shows the store of rates.
     *
     * @param store how it does
     */
    public static void bindRates(Metrics metrics, Supplier<StoreStats> store) {
        metrics.gauge(
                "serai.rate.limit.store.degraded",
                "1 while the store of rates cannot be used",
                () -> store.get().degraded() ? 1 : 0);
        metrics.counter("serai.rate.limit.store.failures", "Accesses that failed", () -> store.get()
                .failures());
    }

    /**
     * Shows what failures led to.
     *
     * @param retries tries after the first
     * @param fallbacks calls that another capability answered
     */
    public static void bind(Metrics metrics, DoubleSupplier retries, DoubleSupplier fallbacks) {
        metrics.counter("serai.retries", "Tries after the first, by policy_retry", retries);
        metrics.counter("serai.fallbacks", "Calls that were answered by their policy_fallback", fallbacks);
    }

    /**
     * Shows which calls went together.
     *
     * @param requests that were sent for several calls
     * @param calls that went in them
     */
    public static void bindBatches(Metrics metrics, DoubleSupplier requests, DoubleSupplier calls) {
        metrics.counter("serai.batches", "Requests that were sent for several calls, by policy_batch", requests);
        metrics.counter("serai.batched.calls", "Calls that went in such requests", calls);
    }
}
