package dev.serai.admission;

import dev.serai.invocation.Priority;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One limit: its permits are taken by compare-and-set; who waits for one is guarded by the lock of {@link Admission}. */
final class Gate {
    private final int limit;
    private final long ageingNanos;
    private final AtomicInteger inUse = new AtomicInteger();
    private final List<Set<Place>> lines = List.of(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    private volatile int waiting;

    Gate(int limit, long ageingNanos) {
        this.limit = limit;
        this.ageingNanos = ageingNanos;
    }

    boolean tryAcquire() {
        int now = inUse.get();
        while (now < limit) {
            if (inUse.compareAndSet(now, now + 1)) {
                return true;
            }
            now = inUse.get();
        }
        return false;
    }

    void release() {
        inUse.decrementAndGet();
    }

    boolean hasRoom() {
        return inUse.get() < limit;
    }

    /** Whether somebody waits, whom a new call must not overtake. */
    boolean isAwaited() {
        return waiting > 0;
    }

    boolean isIdle() {
        return inUse.get() == 0 && waiting == 0;
    }

    int inUse() {
        return inUse.get();
    }

    int limit() {
        return limit;
    }

    void join(Place place) {
        lines.get(place.priority().steps()).add(place);
        waiting = size();
    }

    void quit(Place place) {
        lines.get(place.priority().steps()).remove(place);
        waiting = size();
    }

    /** Who goes next: the earliest, where a step of priority counts as much as the ageing time. */
    @Nullable
    Place best() {
        Place best = null;
        long least = 0;
        for (Priority priority : Priority.values()) {
            Set<Place> line = lines.get(priority.steps());
            if (!line.isEmpty()) {
                Place first = line.iterator().next();
                long rank = first.since() + priority.steps() * ageingNanos;
                if (best == null || rank - least < 0) {
                    best = first;
                    least = rank;
                }
            }
        }
        return best;
    }

    /** All who wait. */
    List<Place> all() {
        return lines.stream().flatMap(Set::stream).toList();
    }

    private int size() {
        return lines.get(0).size() + lines.get(1).size() + lines.get(2).size();
    }
}
