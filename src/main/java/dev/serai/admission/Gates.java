package dev.serai.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        this.global = gate(limits.inFlight());
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

    private void add(List<Gate> needed, String key, int limit, @Nullable Place outer) {
        if (limit > 0) {
            if (byKey.size() > MANY) {
                byKey.values().removeIf(Gate::isIdle);
            }
            Gate gate = byKey.computeIfAbsent(limit + " " + key, absent -> gate(limit));
            if (outer == null || !outer.holds(gate)) {
                needed.add(gate);
            }
        }
    }

    private Gate gate(int limit) {
        return new Gate(limit, limits.ageing().toNanos());
    }
}
