package dev.serai.observe;

import dev.serai.store.StoreStats;
import java.util.function.Supplier;

/** What the store of sessions says of itself. */
public final class StoreMetrics {
    private StoreMetrics() {}

    public static void bind(Metrics metrics, Supplier<StoreStats> store) {
        metrics.gauge(
                "serai.store.degraded",
                "1 while the store cannot be used",
                () -> store.get().degraded() ? 1 : 0);
        metrics.counter("serai.store.reads", "Look-ups before an opening", () -> store.get()
                .reads());
        metrics.counter(
                "serai.store.hits", "Sessions taken over", () -> store.get().hits());
        metrics.counter(
                "serai.store.writes", "Sessions stored", () -> store.get().writes());
        metrics.counter("serai.store.failures", "Accesses that failed", () -> store.get()
                .failures());
    }
}
