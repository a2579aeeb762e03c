package dev.serai.admission;

import dev.serai.invocation.AgeingLine;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One limit: its permits are taken by compare-and-set; who waits for one is guarded by the lock of {@link Admission}. */
final class Gate {
    private final int limit;
    private final AtomicInteger inUse = new AtomicInteger();
    private final AgeingLine<Place> line;
    private volatile int waiting;

    Gate(int limit, long ageingNanos) {
        this.limit = limit;
        this.line = new AgeingLine<>(ageingNanos);
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
        line.add(place);
        waiting = line.size();
    }

    void quit(Place place) {
        line.remove(place);
        waiting = line.size();
    }

    /** Who goes next. */
    @Nullable
    Place best() {
        return line.best();
    }

    /** All who wait. */
    List<Place> all() {
        return line.all();
    }
}
