package dev.serai.observe;

import dev.serai.session.CloseReason;
import dev.serai.session.OpenReason;
import dev.serai.session.PoolStats;
import java.util.Locale;
import java.util.function.Supplier;

/** What the session pool says of itself. */
public final class PoolMetrics {
    private PoolMetrics() {}

    public static void bind(Metrics metrics, Supplier<PoolStats> pool) {
        metrics.gauge("serai.sessions", "Sessions open now", () -> pool.get().live());
        metrics.counter("serai.session.hits", "Uses of a session that was there", () -> pool.get()
                .hits());
        metrics.gauge("serai.sessions.opening", "Sessions being opened", () -> pool.get()
                .opening());
        for (OpenReason reason : OpenReason.values()) {
            metrics.counter(
                    "serai.session.opens",
                    "Sessions opened or taken over",
                    () -> pool.get().opensByReason().getOrDefault(reason, 0L),
                    "cause",
                    reason.name().toLowerCase(Locale.ROOT));
        }
        metrics.counter("serai.session.open.failures", "Openings that failed", () -> pool.get()
                .openFailures());
        metrics.counter("serai.session.waits", "Calls that waited for a busy session", () -> pool.get()
                .waits());
        metrics.counter("serai.session.close.failures", "Closings that failed or came too late", () -> pool.get()
                .closeFailures());
        for (CloseReason reason : CloseReason.values()) {
            String cause = reason.name().toLowerCase(Locale.ROOT);
            metrics.counter(
                    "serai.session.closes",
                    "Sessions that ended",
                    () -> pool.get().closes().getOrDefault(reason, 0L),
                    "cause",
                    cause);
        }
    }
}
