package dev.serai.observe;

import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.lifecycle.EndedInvocation;
import dev.serai.lifecycle.InvocationListener;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times invocations by capability. Only declared capabilities become labels, in the order of their first
 * call and up to a limit; the others share {@value #OTHER}, and what is not declared {@value #UNKNOWN}.
 */
public final class CallMetrics implements InvocationListener {
    static final String OTHER = "other";
    static final String UNKNOWN = "unknown";

    private final Metrics metrics;
    private final int maxCapabilities;
    private final AtomicInteger taken = new AtomicInteger();
    private final ConcurrentHashMap<String, CapabilityMeters> meters = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, CapabilityMeters> shared = new ConcurrentHashMap<>();

    /** @param maxCapabilities how many capabilities get a label of their own, 0 or more */
    public CallMetrics(Metrics metrics, int maxCapabilities) {
        this.metrics = metrics;
        this.maxCapabilities = maxCapabilities;
    }

    @Override
    public void ended(EndedInvocation invocation) {
        of(invocation.capability()).record(invocation);
    }

    private CapabilityMeters of(@Nullable Capability capability) {
        if (capability == null) {
            return shared(UNKNOWN);
        }
        CapabilityMeters known = meters.get(capability.id());
        return known == null ? admit(capability.id()) : known;
    }

    private CapabilityMeters admit(String id) {
        if (taken.get() >= maxCapabilities) {
            return shared(OTHER);
        }
        return meters.computeIfAbsent(id, i -> {
            if (taken.incrementAndGet() > maxCapabilities) {
                taken.decrementAndGet();
                return shared(OTHER);
            }
            return new CapabilityMeters(metrics.registry(), i);
        });
    }

    /** Takes the meters of capabilities away that are not in this catalogue, so that others can have their places. */
    public void retain(Catalog catalog) {
        for (String id : meters.keySet()) {
            if (catalog.find(id) == null) {
                meters.computeIfPresent(id, (gone, own) -> {
                    if (own.isOf(id)) {
                        own.drop();
                        taken.decrementAndGet();
                    }
                    return null;
                });
            }
        }
    }

    private CapabilityMeters shared(String name) {
        CapabilityMeters known = shared.get(name);
        return known == null ? shared.computeIfAbsent(name, n -> new CapabilityMeters(metrics.registry(), n)) : known;
    }
}
