package dev.serai.loop;

import dev.serai.invocation.CallLabel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The threads on which a call goes on where it may block. */
public final class Workers {
    private final Executor threads;

    public Workers(Executor threads) {
        this.threads = threads;
    }

    /** Has the rest of the current thread's call done by another thread; the current one has then left the call. */
    public void goOn(Runnable rest) {
        CallLabel label = CallLabel.current();
        CallLabel.set(null);
        execute(() -> {
            CallLabel.set(label);
            try {
                rest.run();
            } finally {
                CallLabel.set(null);
            }
        });
    }

    /** Has another thread do this; where there is none for it, the current one does. */
    public void execute(Runnable task) {
        Once once = new Once(task);
        try {
            threads.execute(once);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // The gateway stops, or the system gives no more threads: then a pool may have kept the task all the same.
            once.run();
        }
    }

    /** Is done by whoever comes first. */
    private static final class Once extends AtomicBoolean implements Runnable {
        private final transient Runnable task;

        Once(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                task.run();
            }
        }
    }
}
