package dev.serai.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Does in the background what no caller waits for: notes uses, takes sessions out, makes durable. Its queue is
 * bounded; when it is full, the oldest work in it is dropped.
 */
final class StoreWorker implements AutoCloseable {
    private static final int LONGEST_QUEUE = 10_000;
    private static final int BATCH = 256;

    private final StoreAccess access;
    private final OwnSessions own;
    private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor thread;

    /** A use, a removal, a reservation to end, or just a reason to flush. */
    sealed interface Work {}

    record Use(Touch touch) implements Work {}

    record TakeOut(String place, String tag, CompletableFuture<Void> done) implements Work {}

    record GiveBack(String place, String token) implements Work {}

    record Flush() implements Work {}

    StoreWorker(StoreAccess access, OwnSessions own) {
        this.access = access;
        this.own = own;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "serai-store");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Never blocks. */
    void add(Work work) {
        while (!queue.offer(work)) {
            if (queue.poll() instanceof TakeOut dropped) {
                dropped.done.complete(null);
            }
        }
        if (scheduled.compareAndSet(false, true)) {
            try {
                thread.execute(this::drain);
            } catch (RejectedExecutionException e) {
                scheduled.set(false);
            }
        }
    }

    /** Keeps a reservation alive until the future is cancelled. */
    Future<?> keepExtending(String place, String token, Duration every) {
        return thread.scheduleWithFixedDelay(
                () -> quietly(() -> access.extend(place, token)),
                every.toNanos(),
                every.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private void drain() {
        scheduled.set(false);
        List<Work> batch = new ArrayList<>(BATCH);
        while (queue.drainTo(batch, BATCH) > 0) {
            quietly(() -> run(batch));
            batch.clear();
        }
    }

    private void run(List<Work> batch) throws InterruptedException {
        List<Touch> touches = new ArrayList<>();
        for (Work work : batch) {
            if (work instanceof Use use) {
                touches.add(use.touch);
            } else if (work instanceof TakeOut out) {
                own.removed(out.tag, access.remove(out.place, out.tag, 0));
                out.done.complete(null);
            } else if (work instanceof GiveBack back) {
                access.giveBack(back.place, back.token);
            }
        }
        if (!touches.isEmpty()) {
            access.touch(touches);
        }
        access.flush();
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private static void quietly(Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends when the queue is empty, or after the timeout. */
    void close(Duration timeout) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
