package dev.serai.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** Every metric of the gateway. Reading them has no side effects. */
public final class Metrics implements AutoCloseable {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
    private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final AtomicBoolean jvmBound = new AtomicBoolean();
    /** The registry, and after it whatever has been registered so far. */
    private CompletableFuture<PrometheusMeterRegistry> registry;

    /** Begins to make the registry beside the start: its classes take longer to load than a start can wait. */
    public Metrics() {
        registry = CompletableFuture.supplyAsync(
                () -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                task -> new Thread(task, "serai-metrics").start());
    }

    /**
     * Metrics as text.
     *
     * @param contentType with version and character set
     */
    public record Scrape(String contentType, String text) {}

    /** For meters that are made while calls run. */
    MeterRegistry registry() {
        return ready();
    }

    private PrometheusMeterRegistry ready() {
        CompletableFuture<PrometheusMeterRegistry> latest;
        synchronized (this) {
            latest = registry;
        }
        return latest.join();
    }

    private synchronized void register(Consumer<MeterRegistry> meter) {
        registry = registry.thenApply(made -> {
            meter.accept(made);
            return made;
        });
    }

    /** A value that goes up and down, read when asked for. */
    public void gauge(String name, String description, DoubleSupplier value, String... tags) {
        register(made -> Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .strongReference(true)
                .description(description)
                .tags(tags)
                .register(made));
    }

    /** A value that only goes up, counted elsewhere and read when asked for. */
    public void counter(String name, String description, DoubleSupplier value, String... tags) {
        // The registry keeps its source weakly; the function keeps the supplier.
        register(made -> FunctionCounter.builder(name, made, ignored -> value.getAsDouble())
                .description(description)
                .tags(Tags.of(tags))
                .register(made));
    }

    /** All metrics, in OpenMetrics where {@code accept} names it, else in the text format of Prometheus. */
    public Scrape scrape(String accept) {
        if (jvmBound.compareAndSet(false, true)) {
            // The JVM's management beans cost a start more than everything else here.
            JvmMetrics.bind(this);
        }
        String type = accept.contains(OPEN_METRICS) ? OPEN_METRICS_TYPE : TEXT_TYPE;
        return new Scrape(type, ready().scrape(type));
    }

    @Override
    public void close() {
        ready().close();
    }
}
