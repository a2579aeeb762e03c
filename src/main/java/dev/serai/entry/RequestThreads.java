package dev.serai.entry;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The threads that routes run on: virtual ones on Java 21 and later, else a bounded pool. */
public final class RequestThreads {
    private static final String NAME = "serai-http";
    private static final long KEEP_ALIVE_SECONDS = 30;

    private RequestThreads() {}

    public static ExecutorService create(int poolSize) {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            type.getMethod("name", String.class).invoke(builder, NAME);
            Object factory = type.getMethod("factory").invoke(builder);
            return (ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory);
        } catch (ReflectiveOperationException e) {
            // None before 19, and a preview that is off before 21.
            return pool(poolSize);
        }
    }

    /** A fork-join pool wakes the thread that slept last, so a large pool costs no more than the load needs. */
    public static ExecutorService pool(int size) {
        ForkJoinPool.ForkJoinWorkerThreadFactory factory = pool -> {
            ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
            thread.setName(NAME + "-" + thread.getPoolIndex());
            thread.setContextClassLoader(RequestThreads.class.getClassLoader());
            return thread;
        };
        return new ForkJoinPool(
                size, factory, null, true, 0, size, 1, pool -> true, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
    }
}
