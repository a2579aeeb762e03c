package dev.serai.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs work on an executor and interrupts it when its time is up. */
final class TimeLimit {
    private final Executor executor;

    TimeLimit(Executor executor) {
        this.executor = executor;
    }

    /** Work that may fail. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /**
     * Starts the work. The future ends with it, or with a {@link TimeoutException} when the limit, which
     * includes the wait for a thread, is over: the work may still be running then.
     */
    CompletableFuture<Void> start(Work work, Duration limit) {
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        FutureTask<Void> task = new FutureTask<>(() -> settle(work, outcome), null);
        CompletableFuture<Void> ended = outcome.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((ignored, failure) -> task.cancel(failure instanceof TimeoutException));
        try {
            executor.execute(() -> runUninterrupted(task));
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(e);
        }
        return ended;
    }

    private static void settle(Work work, CompletableFuture<Void> outcome) {
        try {
            work.run();
            outcome.complete(null);
        } catch (Throwable failure) {
            outcome.completeExceptionally(failure);
        }
    }

    /** A late interrupt must not reach what the thread does next. */
    private static void runUninterrupted(FutureTask<Void> task) {
        task.run();
        Thread.interrupted();
    }
}
