package dev.serai.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Many callers who start at the same moment. */
public final class Callers implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final ExecutorService threads;
    private final int count;

    public Callers(int count) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count);
    }

    /** Starts all and returns at once. */
    <T> List<Future<T>> start(IntFunction<T> call) {
        CountDownLatch ready = new CountDownLatch(count);
        List<Future<T>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            Callable<T> task = () -> {
                ready.countDown();
                ready.await();
                return call.apply(number);
            };
            calls.add(threads.submit(task));
        }
        return calls;
    }

    /** Starts all and waits for all. */
    public <T> List<T> callAll(IntFunction<T> call) {
        return results(start(call));
    }

    /** The same for calls that go on for so many seconds. */
    <T> List<T> callAllFor(long seconds, IntFunction<T> call) {
        return results(start(call), seconds + PATIENCE_SECONDS);
    }

    static <T> List<T> results(List<Future<T>> calls) {
        return results(calls, PATIENCE_SECONDS);
    }

    private static <T> List<T> results(List<Future<T>> calls, long patienceSeconds) {
        List<T> results = new ArrayList<>();
        for (Future<T> call : calls) {
            try {
                results.add(call.get(patienceSeconds, TimeUnit.SECONDS));
            } catch (Exception e) {
                throw new AssertionError("a caller got no answer", e);
            }
        }
        return results;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
