package dev.serai.entry;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/** The threads that routes run on: virtual ones on Java 21 and later, else a bounded pool. */
public final class RequestThreads {
    private static final long KEEP_ALIVE_SECONDS = 30;

    private RequestThreads() {}

    /**
     * One thread per task, or a pool.
     *
     * @param poolSize threads where there are no virtual ones
     */
    public static ExecutorService create(int poolSize) {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException e) {
            return pool(poolSize);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("virtual threads cannot be started", e);
        }
    }

    /** A fork-join pool wakes the thread that slept last, so a large pool costs no more than the load needs. */
    static ExecutorService pool(int size) {
        ForkJoinPool.ForkJoinWorkerThreadFactory factory = pool -> {
            ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
            thread.setName("serai-http-" + thread.getPoolIndex());
            thread.setContextClassLoader(RequestThreads.class.getClassLoader());
            return thread;
        };
        return new ForkJoinPool(
                size, factory, null, true, 0, size, 1, pool -> true, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
    }
}
