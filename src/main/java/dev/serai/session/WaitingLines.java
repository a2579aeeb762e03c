package dev.serai.session;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.LinkedHashSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The callers that wait for busy sessions: one line per key, first come first served. Only the first of a
 * line tries; it keeps its place until it has a lease, so that nobody overtakes. A line exists only while
 * somebody stands in it.
 */
final class WaitingLines {
    private final ConcurrentHashMap<SessionKey, LinkedHashSet<Waiter>> lines = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int maxPerKey;

    WaitingLines(int maxPerKey) {
        this.maxPerKey = maxPerKey;
    }

    boolean isEmpty(SessionKey key) {
        return waiting.get() == 0 || !lines.containsKey(key);
    }

    /** A place at the end of the key's line; {@code too_many_requests} if the line is full. */
    Waiter join(SessionKey key) {
        Waiter waiter = new Waiter(key);
        waiting.incrementAndGet();
        lines.compute(key, (same, line) -> {
            LinkedHashSet<Waiter> joined = line == null ? new LinkedHashSet<>() : line;
            if (joined.size() < maxPerKey) {
                waiter.first = joined.isEmpty();
                joined.add(waiter);
                waiter.joined = true;
            }
            return joined.isEmpty() ? null : joined;
        });
        if (!waiter.joined) {
            waiting.decrementAndGet();
            throw new CapabilityException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    "All sessions with provider '" + key.provider() + "' are busy and " + maxPerKey
                            + " calls wait already; try again later");
        }
        return waiter;
    }

    /** Something about the key's sessions changed: the first in line tries again. */
    void wakeFirst(SessionKey key) {
        if (waiting.get() > 0) {
            lines.computeIfPresent(key, (same, line) -> {
                line.iterator().next().wake.release();
                return line;
            });
        }
    }

    void wakeAll() {
        lines.keySet().forEach(this::wakeFirst);
    }

    /** One caller's place. */
    final class Waiter implements AutoCloseable {
        private final SessionKey key;
        private final Semaphore wake = new Semaphore(0);
        private volatile boolean first;
        private volatile boolean joined;

        private Waiter(SessionKey key) {
            this.key = key;
        }

        boolean isFirst() {
            return first;
        }

        /** Waits until something changed; false when the time is over. */
        boolean await(long nanos) throws InterruptedException {
            boolean woken = wake.tryAcquire(nanos, TimeUnit.NANOSECONDS);
            wake.drainPermits();
            return woken;
        }

        /** Leaves the line and lets the next one try. */
        @Override
        public void close() {
            lines.computeIfPresent(key, (same, line) -> {
                line.remove(this);
                if (line.isEmpty()) {
                    return null;
                }
                Waiter next = line.iterator().next();
                next.first = true;
                next.wake.release();
                return line;
            });
            waiting.decrementAndGet();
        }
    }
}
