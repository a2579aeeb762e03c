package dev.serai.store;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way to a store that is opened when it is first needed, and left alone for a while when it fails.
 *
 * @param <R> its bare operations
 */
final class StoreLink<R extends AutoCloseable> implements AutoCloseable {
    private final Opening<R> opening;
    private final StoreHealth health;
    private final ReentrantLock connecting = new ReentrantLock();
    private volatile @Nullable R records;
    private volatile boolean closed;

    /** Opens the file, or connects. */
    interface Opening<R> {
        R open() throws StoreException, InterruptedException;
    }

    /** What is to be done with an open store. */
    interface Task<R, T> {
        T on(R records) throws StoreException, InterruptedException;
    }

    StoreLink(Opening<R> opening, StoreHealth health) {
        this.opening = opening;
        this.health = health;
    }

    /** Opens the store now, so that a failure is known at the start. */
    void open() throws InterruptedException {
        run(store -> true, false);
    }

    /** @param otherwise the result while the store cannot be used */
    <T> T run(Task<R, T> task, T otherwise) throws InterruptedException {
        if (closed || !health.mayTry()) {
            return otherwise;
        }
        try {
            T result = task.on(records());
            health.worked();
            return result;
        } catch (StoreException e) {
            health.failed(e);
            return otherwise;
        }
    }

    private R records() throws StoreException, InterruptedException {
        R open = records;
        if (open != null) {
            return open;
        }
        connecting.lockInterruptibly();
        try {
            open = records;
            if (closed) {
                throw new StoreException("it is closed");
            }
            if (open == null) {
                open = opening.open();
                records = open;
            }
            return open;
        } finally {
            connecting.unlock();
        }
    }

    @Override
    public void close() {
        connecting.lock();
        try {
            closed = true;
            R open = records;
            if (open != null) {
                open.close();
            }
        } catch (Exception e) {
            // What was written is written.
        } finally {
            connecting.unlock();
        }
    }
}
