package dev.serai.observe;

import dev.serai.admission.AdmissionSnapshot;
import dev.serai.lifecycle.EndedInvocation;
import dev.serai.lifecycle.InvocationListener;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How many calls are let in, how many wait, how long those waited that had to, and how many did in vain. */
public final class QueueMetrics implements InvocationListener {
    private final Metrics metrics;
    private final Supplier<AdmissionSnapshot> admission;
    private volatile @Nullable Timer waits;

    /** Shows what admission says of itself; the waits are known once this is told of calls that end. */
    public QueueMetrics(Metrics metrics, Supplier<AdmissionSnapshot> admission) {
        this.metrics = metrics;
        this.admission = admission;
        gauge("serai.in.flight", "Calls that hold a permit", AdmissionSnapshot::inFlight);
        gauge("serai.in.flight.limit", "How many calls may hold a permit", AdmissionSnapshot::limit);
        depth("high", AdmissionSnapshot::queuedHigh);
        depth("medium", AdmissionSnapshot::queuedMedium);
        depth("low", AdmissionSnapshot::queuedLow);
        refused("full", AdmissionSnapshot::refusedFull);
        refused("timeout", AdmissionSnapshot::refusedTimeout);
    }

    private void depth(String priority, ToDoubleFunction<AdmissionSnapshot> value) {
        gauge("serai.queue.depth", "Calls that wait for their turn", value, "priority", priority);
    }

    private void refused(String cause, ToDoubleFunction<AdmissionSnapshot> value) {
        metrics.counter(
                "serai.queue.refused",
                "Calls that did not get their turn",
                () -> value.applyAsDouble(admission.get()),
                "cause",
                cause);
    }

    private void gauge(String name, String what, ToDoubleFunction<AdmissionSnapshot> value, String... tags) {
        metrics.gauge(name, what, () -> value.applyAsDouble(admission.get()), tags);
    }

    @Override
    public void ended(EndedInvocation invocation) {
        Timer timer = waits();
        if (invocation.queuedNanos() > 0) {
            timer.record(invocation.queuedNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private Timer waits() {
        Timer known = waits;
        if (known == null) {
            known = Timer.builder("serai.queue.wait")
                    .description("Time that calls waited which had to, whatever became of them")
                    .serviceLevelObjectives(CapabilityMeters.BUCKETS)
                    .register(metrics.registry());
            waits = known;
        }
        return known;
    }
}
