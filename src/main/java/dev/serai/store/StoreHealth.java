package dev.serai.store;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the store can be used; after a failure it is tried again now and then only. */
final class StoreHealth {
    private static final Logger LOG = LoggerFactory.getLogger(StoreHealth.class);
    private static final long SHORTEST_PAUSE = 100_000_000L;
    private static final long LONGEST_PAUSE = 5_000_000_000L;

    final LongAdder reads = new LongAdder();
    final LongAdder hits = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder failures = new LongAdder();
    private final StoreMode mode;
    private final String name;
    private final String meanwhile;
    private final String again;
    private final AtomicLong nextTry = new AtomicLong();
    private volatile boolean degraded;
    private long lastFailure;
    private volatile long pause = SHORTEST_PAUSE;

    /**
     * Good.
     *
     * @param name of the store, in the log
     * @param meanwhile what is done while it cannot be used
     * @param again what is done when it can be used again
     */
    StoreHealth(StoreMode mode, String name, String meanwhile, String again) {
        this.mode = mode;
        this.name = name;
        this.meanwhile = meanwhile;
        this.again = again;
    }

    /** True unless it has failed and the pause is not over; after the pause, true for one. */
    boolean mayTry() {
        if (!degraded) {
            return true;
        }
        long due = nextTry.get();
        long now = System.nanoTime();
        return now - due >= 0 && nextTry.compareAndSet(due, now + jittered());
    }

    void worked() {
        if (degraded) {
            recover();
        }
    }

    private synchronized void recover() {
        if (degraded) {
            degraded = false;
            pause = SHORTEST_PAUSE;
            LOG.info("The {} ({}) can be used again; {}", name, mode.word(), again);
        }
    }

    synchronized void failed(StoreException why) {
        failures.increment();
        long now = System.nanoTime();
        if (degraded && now - lastFailure >= pause / 2) {
            // Those that failed together count as one.
            pause = Math.min(LONGEST_PAUSE, pause * 2);
        }
        lastFailure = now;
        nextTry.set(now + jittered());
        if (!degraded) {
            degraded = true;
            LOG.warn("{}, because the {} ({}) cannot be used: {}", meanwhile, name, mode.word(), why.getMessage());
        }
    }

    private long jittered() {
        long longest = pause;
        return ThreadLocalRandom.current().nextLong(longest / 2, longest);
    }

    StoreStats stats() {
        return new StoreStats(mode, degraded, reads.sum(), hits.sum(), writes.sum(), failures.sum());
    }
}
