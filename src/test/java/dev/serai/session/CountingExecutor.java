package dev.serai.session;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A thread for each task; a task counts from the moment that it is handed over, and not only once a thread has begun it. */
final class CountingExecutor extends ThreadPoolExecutor {
    private final AtomicInteger unfinished = new AtomicInteger();

    CountingExecutor() {
        super(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>());
    }

    int unfinished() {
        return unfinished.get();
    }

    @Override
    public void execute(Runnable task) {
        unfinished.incrementAndGet();
        try {
            super.execute(task);
        } catch (RuntimeException e) {
            unfinished.decrementAndGet();
            throw e;
        }
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable failure) {
        unfinished.decrementAndGet();
    }
}
