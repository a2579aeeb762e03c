package dev.serai.session;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.invocation.AgeingLine;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Priority;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The callers that wait for busy sessions: one line per key, served by priority with ageing and among equals in the
 * order of arrival. Only the first of a line tries; it keeps its place until it has a lease. A line exists only
 * while somebody stands in it.
 */
final class WaitingLines {
    private final ConcurrentHashMap<SessionKey, Line> lines = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int maxPerKey;
    private final Duration ageing;
    private final Ticker ticker;

    WaitingLines(PoolLimits limits, Ticker ticker) {
        this.maxPerKey = limits.maxWaiters();
        this.ageing = limits.ageing();
        this.ticker = ticker;
    }

    boolean isEmpty(SessionKey key) {
        return waiting.get() == 0 || !lines.containsKey(key);
    }

    /** A place in the key's line; {@code too_many_requests} if the line is full. */
    Waiter join(SessionKey key, Priority priority) {
        Waiter waiter = new Waiter(key, priority, ticker.read());
        waiting.incrementAndGet();
        lines.compute(key, (same, line) -> {
            Line joined = line == null ? new Line(ageing) : line;
            if (joined.all.size() < maxPerKey) {
                joined.add(waiter);
            }
            return joined.first == null ? null : joined;
        });
        if (waiter.line == null) {
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
                line.wakeFirst();
                return line;
            });
        }
    }

    void wakeAll() {
        lines.keySet().forEach(this::wakeFirst);
    }

    /** Those who wait for one key; changed only under the map's lock of the key. */
    private static final class Line {
        private final AgeingLine<Waiter> all;
        private volatile @Nullable Waiter first;

        private Line(Duration ageing) {
            this.all = new AgeingLine<>(ageing.toNanos());
        }

        private void add(Waiter waiter) {
            all.add(waiter);
            waiter.line = this;
            first = all.best();
        }

        private void remove(Waiter waiter) {
            all.remove(waiter);
            first = all.best();
            wakeFirst();
        }

        private void wakeFirst() {
            Waiter next = first;
            if (next != null) {
                next.wakeUp();
            }
        }
    }

    /** One caller's place. */
    final class Waiter implements AgeingLine.Waiting, AutoCloseable {
        private final SessionKey key;
        private final Priority priority;
        private final long since;
        private final Semaphore wake = new Semaphore(0);
        private volatile @Nullable Line line;

        private Waiter(SessionKey key, Priority priority, long since) {
            this.key = key;
            this.priority = priority;
            this.since = since;
        }

        @Override
        public Priority priority() {
            return priority;
        }

        @Override
        public long since() {
            return since;
        }

        boolean isFirst() {
            Line mine = line;
            return mine != null && mine.first == this;
        }

        /** Something changed for this one alone. */
        void wakeUp() {
            wake.release();
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
                return line.first == null ? null : line;
            });
            waiting.decrementAndGet();
        }
    }
}
