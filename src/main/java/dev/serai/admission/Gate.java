package dev.serai.admission;

import dev.serai.invocation.AgeingLine;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One limit: its permits are taken by compare-and-set; who waits for one is guarded by the lock of {@link Admission}.
 * One that nobody uses can be closed for good; then it has no permits, and another takes its place.
 */
final class Gate {
    private static final int CLOSED = -1;

    private final String key;
    private final int limit;
    private final AtomicInteger inUse = new AtomicInteger();
    private final AgeingLine<Place> line;
    private volatile int waiting;

    Gate(String key, int limit, long ageingNanos) {
        this.key = key;
        this.limit = limit;
        this.line = new AgeingLine<>(ageingNanos);
    }

    boolean tryAcquire() {
        int now = inUse.get();
        while (now < limit && now != CLOSED) {
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

    /** Whether it is worth asking again: a closed one is replaced then. */
    boolean hasRoom() {
        return inUse.get() < limit;
    }

    /** Whether somebody waits, whom a new call must not overtake. */
    boolean isAwaited() {
        return waiting > 0;
    }

    /** Whether somebody waits who goes before this one. */
    boolean isAwaitedBefore(Place place) {
        return line.hasBefore(place);
    }

    /** Closes it unless it is in use. Whoever comes to wait meanwhile looks again and finds it closed. */
    boolean tryClose() {
        return waiting == 0 && inUse.compareAndSet(0, CLOSED);
    }

    boolean isClosed() {
        return inUse.get() == CLOSED;
    }

    int inUse() {
        return inUse.get();
    }

    /** What it limits. */
    String key() {
        return key;
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
