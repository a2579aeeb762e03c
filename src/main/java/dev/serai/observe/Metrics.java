package dev.serai.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;

/** Every metric of the gateway. Reading them has no side effects. */
public final class Metrics implements AutoCloseable {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
    private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicBoolean jvmBound = new AtomicBoolean();

    /**
     * Metrics as text.
     *
     * @param contentType with version and character set
     */
    public record Scrape(String contentType, String text) {}

    MeterRegistry registry() {
        return registry;
    }

    /** A value that goes up and down, read when asked for. */
    public void gauge(String name, String description, DoubleSupplier value, String... tags) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .strongReference(true)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /** A value that only goes up, counted elsewhere and read when asked for. */
    public void counter(String name, String description, DoubleSupplier value, String... tags) {
        // The registry keeps its source weakly; the function keeps the supplier.
        FunctionCounter.builder(name, registry, ignored -> value.getAsDouble())
                .description(description)
                .tags(Tags.of(tags))
                .register(registry);
    }

    /** All metrics, in OpenMetrics where {@code accept} names it, else in the text format of Prometheus. */
    public Scrape scrape(String accept) {
        if (jvmBound.compareAndSet(false, true)) {
            // The JVM's management beans cost a start more than everything else here.
            JvmMetrics.bind(this);
        }
        String type = accept.contains(OPEN_METRICS) ? OPEN_METRICS_TYPE : TEXT_TYPE;
        return new Scrape(type, registry.scrape(type));
    }

    @Override
    public void close() {
        registry.close();
    }
}
