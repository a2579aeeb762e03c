package dev.serai.gateway;

import dev.serai.admission.Admission;
import dev.serai.admission.AdmissionSnapshot;
import dev.serai.capability.CapabilityStore;
import dev.serai.entry.HealthEntry;
import dev.serai.entry.HttpIngress;
import dev.serai.entry.MetricsEntry;
import dev.serai.flow.DeclaredServers;
import dev.serai.flow.Replicas;
import dev.serai.http.UpstreamClient;
import dev.serai.jms.JmsStats;
import dev.serai.kafka.KafkaLink;
import dev.serai.lifecycle.InvocationListeners;
import dev.serai.lifecycle.Invocations;
import dev.serai.mcp.server.ProtocolServer;
import dev.serai.observe.AuditTrail;
import dev.serai.observe.CallMetrics;
import dev.serai.observe.DeliveryMetrics;
import dev.serai.observe.Health;
import dev.serai.observe.JmsMetrics;
import dev.serai.observe.KafkaMetrics;
import dev.serai.observe.Metrics;
import dev.serai.observe.PoolMetrics;
import dev.serai.observe.QueueMetrics;
import dev.serai.observe.StoreMetrics;
import dev.serai.observe.Upstreams;
import dev.serai.session.SessionPool;
import dev.serai.store.StoreStats;
import java.util.function.Supplier;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** Hangs what operators see on the parts that do the work. Only a gateway with the HTTP entry can be asked. */
final class Observing implements AutoCloseable {
    private final Metrics metrics = new Metrics();
    private final @Nullable AuditTrail audit;
    private final Upstreams upstreams = new Upstreams(metrics);
    private final Health health;

    Observing(
            Settings settings,
            Registry registry,
            InvocationListeners listeners,
            Admission admission,
            SessionPool pool,
            HttpIngress ingress,
            CapabilityStore store,
            DeclaredServers declared)
            throws StartException {
        CallMetrics calls = new CallMetrics(metrics, settings.number(Setting.METRICS_CAPABILITIES));
        listeners.add(calls);
        listeners.add(new QueueMetrics(metrics, admission::snapshot));
        audit = audit(settings, listeners);
        if (audit != null) {
            registry.bind(AuditTrail.NAME, audit);
        }
        PoolMetrics.bind(metrics, pool::stats);
        metrics.gauge("serai.http.requests", "HTTP requests in progress", ingress::requestsInProgress);
        metrics.gauge("serai.http.buffered.bytes", "Bytes of request bodies held", ingress::bytesInProgress);
        metrics.gauge("serai.http.connections", "Open connections of clients", ingress::connections);
        ingress.refusals()
                .measure((code, count) -> metrics.counter(
                        "serai.http.refused", "HTTP requests refused before they were a call", count, "code", code));
        registry.bind("metrics-entry", new MetricsEntry(metrics));
        health = new Health(upstreams, declared, () -> pool.directory().servers());
        health.measure(metrics);
        store.afterReplacing(() -> {
            calls.retain(store.current());
            health.catalogReplaced();
        });
        health.add("queue", () -> queue(admission.snapshot()));
        registry.bind("health-entry", new HealthEntry(health));
    }

    private @Nullable AuditTrail audit(Settings settings, InvocationListeners listeners) throws StartException {
        String who = settings.audit();
        if (who.equals("off")) {
            return null;
        }
        AuditTrail trail = new AuditTrail(who.equals("log"));
        listeners.add(trail);
        metrics.counter("serai.audit.dropped", "Lines of the audit trail lost to a slow log", trail::dropped);
        return trail;
    }

    private static Health.Part queue(AdmissionSnapshot now) {
        return new Health.Part(now.isFull(), now.queued());
    }

    Upstreams upstreams() {
        return upstreams;
    }

    void show(Invocations invocations) {
        metrics.gauge(
                "serai.invocations.running", "Invocations in progress, waiting ones included", invocations::inProgress);
    }

    void show(Supplier<StoreStats> store) {
        StoreMetrics.bind(metrics, store);
        health.add("store", () -> new Health.Part(store.get().degraded(), null));
    }

    void show(DeliverySetup deliveries) {
        DeliveryMetrics.bind(metrics, deliveries.stats(), deliveries::store);
        health.add("deliveries", () -> new Health.Part(deliveries.store().degraded(), null));
    }

    void show(Replicas replicas) {
        metrics.gauge("serai.replicas.resting", "Replicas that are left alone after a failure", replicas::resting);
    }

    void show(PolicySetup policies) {
        policies.show(metrics, health);
    }

    void show(KafkaLink kafka) {
        KafkaMetrics.bind(metrics, kafka);
        health.add("kafka", () -> new Health.Part(!kafka.isUp(), null));
    }

    void show(UpstreamClient client) {
        metrics.gauge(
                "serai.upstream.buffered.bytes", "Bytes of upstreams' large answers that are held", client::buffered);
    }

    void show(ProtocolServer server) {
        server.measure(metrics);
    }

    void show(JmsStats jms) {
        JmsMetrics.bind(metrics, jms);
        health.add("jms", () -> new Health.Part(!jms.connected(), null));
    }

    @Override
    public void close() {
        if (audit != null) {
            audit.close();
        }
        metrics.close();
    }
}
