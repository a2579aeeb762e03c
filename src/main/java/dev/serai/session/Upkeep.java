package dev.serai.session;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does work in the background after changes, once for as many as there were meanwhile. A cache with an executor of its
 * own leaves what changes during its upkeep to the next use, and there may be none for long.
 */
final class Upkeep {
    private final Executor executor;
    private final Runnable work;
    private final AtomicInteger changes = new AtomicInteger();

    Upkeep(Executor executor, Runnable work) {
        this.executor = executor;
        this.work = work;
    }

    /** Something changed: the work is done after it. Does not wait. */
    void due() {
        if (changes.getAndIncrement() == 0) {
            submit();
        }
    }

    private void submit() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            // The executor is shut down, and so is the pool, which then closes all that it has.
            changes.set(0);
        }
    }

    private void run() {
        int seen = changes.get();
        try {
            work.run();
        } finally {
            if (changes.addAndGet(-seen) > 0) {
                submit();
            }
        }
    }
}
