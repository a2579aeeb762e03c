package dev.serai.session;

import dev.serai.session.TimeLimit.Work;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs so much background work at a time, each in bounded time; the rest waits its turn, up to a bound. */
final class Gate {
    private final TimeLimit timeLimit;
    private final Duration limit;
    private final int maxWaiting;
    private final Semaphore permits;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();

    private record Entry(Work work, Consumer<@Nullable Throwable> end) {}

    /**
     * @param limit what one piece of work may take, without its wait
     * @param permits pieces at a time
     */
    Gate(TimeLimit timeLimit, Duration limit, int permits, int maxWaiting) {
        this.timeLimit = timeLimit;
        this.limit = limit;
        this.maxWaiting = maxWaiting;
        this.permits = new Semaphore(permits);
    }

    /** False when too much waits already: then the work is never done. Its end is told as {@link TimeLimit} does. */
    boolean submit(Work work, Consumer<@Nullable Throwable> end) {
        if (waitingCount.incrementAndGet() > maxWaiting) {
            waitingCount.decrementAndGet();
            return false;
        }
        waiting.add(new Entry(work, end));
        startWaiting();
        return true;
    }

    private void startWaiting() {
        while (!waiting.isEmpty() && permits.tryAcquire()) {
            Entry next = waiting.poll();
            if (next == null) {
                permits.release();
            } else {
                waitingCount.decrementAndGet();
                timeLimit.start(next.work, limit, failure -> {
                    permits.release();
                    next.end.accept(failure);
                    startWaiting();
                });
            }
        }
    }
}
