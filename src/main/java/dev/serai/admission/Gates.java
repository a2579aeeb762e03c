package dev.serai.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The gates in use, one for each thing that has a limit. */
final class Gates {
    private static final int MANY = 10_000;

    private final AdmissionLimits limits;
    private final Gate global;
    private final Gate[] globalOnly;
    private final boolean keyed;
    private final Map<String, Gate> byKey = new ConcurrentHashMap<>();

    Gates(AdmissionLimits limits) {
        this.limits = limits;
        this.global = gate("", limits.inFlight());
        this.globalOnly = new Gate[] {global};
        this.keyed = limits.perProvider() > 0 || limits.perServer() > 0 || limits.perCaller() > 0;
    }

    Gate global() {
        return global;
    }

    /** What the call needs, the narrowest first; without those that the call around it holds. */
    Gate[] of(Wish wish, @Nullable Place outer) {
        if (!keyed && wish.capabilityLimit() == 0 && outer == null) {
            return globalOnly;
        }
        List<Gate> needed = new ArrayList<>();
        add(needed, "capability " + wish.capability(), wish.capabilityLimit(), outer);
        add(needed, "server " + wish.server(), limits.perServer(), outer);
        add(needed, "provider " + wish.provider(), limits.perProvider(), outer);
        add(needed, "caller " + wish.caller(), limits.perCaller(), outer);
        if (outer == null) {
            needed.add(global);
        }
        return needed.toArray(Gate[]::new);
    }

    List<Gate> all() {
        List<Gate> all = new ArrayList<>(byKey.values());
        all.add(global);
        return all;
    }

    /** The gate that has taken the place of one that is closed. */
    Gate instead(Gate closed) {
        return open(closed.key(), closed.limit());
    }

    private void add(List<Gate> needed, String key, int limit, @Nullable Place outer) {
        if (limit > 0) {
            Gate gate = open(limit + " " + key, limit);
            if (outer == null || !outer.holds(gate)) {
                needed.add(gate);
            }
        }
    }

    private Gate open(String key, int limit) {
        Gate known = byKey.get(key);
        if (known != null && !known.isClosed()) {
            return known;
        }
        if (byKey.size() > MANY) {
            byKey.values().removeIf(Gate::tryClose);
        }
        return Objects.requireNonNull(
                byKey.compute(key, (same, gate) -> gate == null || gate.isClosed() ? gate(key, limit) : gate));
    }

    private Gate gate(String key, int limit) {
        return new Gate(key, limit, limits.ageing().toNanos());
    }
}
