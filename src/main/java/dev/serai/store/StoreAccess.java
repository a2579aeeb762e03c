package dev.serai.store;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The store as everybody else sees it: it never fails, it only knows nothing while it cannot be used. */
final class StoreAccess implements AutoCloseable {
    private final Opening opening;
    private final StoreHealth health;
    private final ReentrantLock connecting = new ReentrantLock();
    private volatile @Nullable Records records;
    private volatile boolean closed;

    /** Opens the file, or connects. */
    interface Opening {
        Records open() throws StoreException, InterruptedException;
    }

    private interface Task<T> {
        T on(Records records) throws StoreException, InterruptedException;
    }

    StoreAccess(Opening opening, StoreHealth health) {
        this.opening = opening;
        this.health = health;
    }

    /** {@link Found#UNKNOWN} while the store cannot be used. */
    Found look(String place, @Nullable String token) throws InterruptedException {
        health.reads.increment();
        return run(store -> store.look(place, token), Found.UNKNOWN);
    }

    boolean activate(String place, String token, Entry entry) throws InterruptedException {
        boolean stored = run(store -> store.activate(place, token, entry), false);
        if (stored) {
            health.writes.increment();
        }
        return stored;
    }

    void extend(String place, String token) throws InterruptedException {
        run(
                store -> {
                    store.extend(place, token);
                    return true;
                },
                false);
    }

    void giveBack(String place, String token) throws InterruptedException {
        run(
                store -> {
                    store.giveBack(place, token);
                    return true;
                },
                false);
    }

    boolean takeOver(Touch touch) throws InterruptedException {
        return run(store -> store.takeOver(touch), false);
    }

    void touch(List<Touch> touches) throws InterruptedException {
        run(
                store -> {
                    store.touch(touches);
                    return true;
                },
                false);
    }

    Removal remove(String place, String tag, long idleMillis) throws InterruptedException {
        return run(store -> store.remove(place, tag, idleMillis), Removal.NOT_REMOVED);
    }

    /** Whether it is certain that this session is not there. */
    boolean isGone(String place, String tag) throws InterruptedException {
        return run(store -> !store.holds(place, tag), false);
    }

    void flush() throws InterruptedException {
        run(
                store -> {
                    store.flush();
                    return true;
                },
                false);
    }

    /** Opens the store now, so that a failure is known at the start. */
    void open() throws InterruptedException {
        run(store -> true, false);
    }

    private <T> T run(Task<T> task, T otherwise) throws InterruptedException {
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

    private Records records() throws StoreException, InterruptedException {
        Records open = records;
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
            Records open = records;
            if (open != null) {
                open.close();
            }
        } finally {
            connecting.unlock();
        }
    }
}
