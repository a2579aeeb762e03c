package dev.serai.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The store as everybody else sees it: it never fails, it only knows nothing while it cannot be used. */
final class StoreAccess implements AutoCloseable {
    private final StoreLink<Records> link;
    private final StoreHealth health;

    StoreAccess(StoreLink.Opening<Records> opening, StoreHealth health) {
        this.link = new StoreLink<>(opening, health);
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
        link.open();
    }

    private <T> T run(StoreLink.Task<Records, T> task, T otherwise) throws InterruptedException {
        return link.run(task, otherwise);
    }

    @Override
    public void close() {
        link.close();
    }
}
