package dev.serai.observe;

import dev.serai.delivery.DeliveryStats;
import dev.serai.store.StoreStats;
import java.util.function.Supplier;

/** What became of messages, and how the store does that knows them. */
public final class DeliveryMetrics {
    private DeliveryMetrics() {}

    public static void bind(Metrics metrics, DeliveryStats deliveries, Supplier<StoreStats> store) {
        deliveries.outcomes((outcome, count) ->
                metrics.counter("serai.deliveries", "Messages by what became of them", count, "outcome", outcome));
        metrics.counter("serai.delivery.retries", "Tries after the first", deliveries::retries);
        metrics.counter(
                "serai.delivery.repeated",
                "Messages delivered again and answered with their first result",
                deliveries::repeated);
        metrics.gauge(
                "serai.delivery.store.degraded",
                "1 while the store of deliveries cannot be used",
                () -> store.get().degraded() ? 1 : 0);
        metrics.counter("serai.delivery.store.failures", "Accesses that failed", () -> store.get()
                .failures());
    }
}
