package dev.serai.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Every metric of the gateway. Reading them has no side effects. */
public final class Metrics implements AutoCloseable {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
    private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final AtomicBoolean jvmBound = new AtomicBoolean();
    /** What brings gauges up to date; also held while they are read. */
    private final List<Runnable> beforeScrape = new CopyOnWriteArrayList<>();
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

    /**
     * Values that go up and down, each with a tag of its own. Which there are is found out when they are asked for.
     *
     * @param values by the value of the tag
     */
    void gauges(String name, String description, String tag, Supplier<Map<String, Integer>> values) {
        register(made -> {
            MultiGauge gauge = MultiGauge.builder(name).description(description).register(made);
            beforeScrape.add(() -> gauge.register(
                    values.get().entrySet().stream()
                            .map(entry -> Row.of(Tags.of(tag, entry.getKey()), entry.getValue()))
                            .collect(Collectors.<Row<?>>toList()),
                    true));
        });
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
        PrometheusMeterRegistry all = ready();
        synchronized (beforeScrape) {
            beforeScrape.forEach(Runnable::run);
            return new Scrape(type, all.scrape(type));
        }
    }

    @Override
    public void close() {
        ready().close();
    }
}
