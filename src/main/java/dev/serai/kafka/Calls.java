package dev.serai.kafka;

import dev.serai.loop.Workers;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The calls of records: as many at a time as the limit says, first come, first served. One that failed for reasons of the
 * gateway or the broker is begun again after a pause, and its lane waits; nothing after it in its lane goes first.
 */
final class Calls {
    private static final long FIRST_PAUSE_NANOS = 500_000_000L;
    private static final int MOST_DOUBLINGS = 6;

    private final int limit;
    private final Semaphore permits;
    private final Workers workers;
    private final BiConsumer<Work, Consumer<Boolean>> begin;
    private final Queue<Work> ready = new ConcurrentLinkedQueue<>();
    private final Queue<Retry> failed = new ConcurrentLinkedQueue<>();
    /** The poll thread's. */
    private final PriorityQueue<Retry> pausing = new PriorityQueue<>(Comparator.comparingLong(Retry::dueNanos));

    private volatile boolean open = true;

    private record Retry(Work work, long dueNanos) {}

    /**
     * None yet.
     *
     * @param limit calls at a time
     * @param begin makes a call, and says once whether its record is settled
     */
    Calls(int limit, Workers workers, BiConsumer<Work, Consumer<Boolean>> begin) {
        this.limit = limit;
        this.permits = new Semaphore(limit);
        this.workers = workers;
        this.begin = begin;
    }

    /** Whether records may begin that have not. */
    boolean mayBegin() {
        return open;
    }

    /** From now on none begins; or all may again. */
    void open(boolean whether) {
        open = whether;
    }

    int running() {
        return limit - permits.availablePermits();
    }

    /** The first of its lane, to begin as soon as there is room. */
    void ready(Work work) {
        ready.add(work);
        beginReady();
    }

    private void beginReady() {
        while (!ready.isEmpty() && permits.tryAcquire()) {
            Work first = ready.poll();
            if (first == null) {
                permits.release();
            } else {
                workers.goOn(() -> call(first));
            }
        }
    }

    private void call(Work work) {
        if (!open || work.partition.isReleased()) {
            over(work, false);
            return;
        }
        begin.accept(work, settled -> {
            if (settled) {
                work.partition.settle(work, committed -> over(work, committed));
            } else if (!open || work.partition.isReleased()) {
                over(work, false);
            } else {
                work.failures++;
                int doublings = Math.min(work.failures - 1, MOST_DOUBLINGS);
                failed.add(new Retry(work, System.nanoTime() + (FIRST_PAUSE_NANOS << doublings)));
                permits.release();
                beginReady();
            }
        });
    }

    private void over(Work work, boolean settled) {
        permits.release();
        work.partition.ended(work, settled);
        beginReady();
    }

    /** Begins again what has had its pause, and lets go of what must not begin any more; the poll thread's. */
    void retryDue() {
        for (Retry next = failed.poll(); next != null; next = failed.poll()) {
            pausing.add(next);
        }
        if (pausing.isEmpty()) {
            return;
        }
        pausing.removeIf(retry -> {
            boolean dropped = !open || retry.work.partition.isReleased();
            if (dropped) {
                retry.work.partition.ended(retry.work, false);
            }
            return dropped;
        });
        for (Retry first = pausing.peek();
                first != null && first.dueNanos - System.nanoTime() <= 0;
                first = pausing.peek()) {
            pausing.poll();
            ready(first.work);
        }
    }
}
