package dev.serai.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
     * Starts the work. The end is told once: {@code null} when the work is done, its failure, or a {@link
     * TimeoutException} when the limit, which begins with the work, is over: the work may still be running
     * then.
     */
    void start(Work work, Duration limit, Consumer<@Nullable Throwable> end) {
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        FutureTask<Void> task = new FutureTask<>(() -> settle(work, outcome), null);
        var unused = outcome.whenComplete((ignored, failure) -> {
            task.cancel(failure instanceof TimeoutException);
            end.accept(failure);
        });
        try {
            executor.execute(() -> {
                var unusedLimit = outcome.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
                runUninterrupted(task);
            });
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(e);
        }
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
