package dev.serai.store;

import dev.serai.session.CloseReason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What becomes of a stored session when it leaves this process's pool. */
final class StoredEnd {
    private final StoredSessions store;
    private final String place;
    private final Duration idle;
    private final CompletableFuture<Void> removal = new CompletableFuture<>();

    StoredEnd(StoredSessions store, String place, Duration idle) {
        this.store = store;
        this.place = place;
        this.idle = idle;
    }

    /** It takes no more calls here. */
    void retired(String tag, CloseReason reason) {
        if (isOver(reason)) {
            store.own().giveUp(tag);
            store.worker().add(new StoreWorker.TakeOut(place, tag, removal));
        }
        store.own().release(tag);
    }

    /** Whether the session is of no more use to anybody, as opposed to: not in this process's memory. */
    private static boolean isOver(CloseReason reason) {
        return switch (reason) {
            case MAX_AGE, LOST, REFUSED, REPLACED, REQUESTED -> true;
            case IDLE, EVICTED, CALL_ENDED, LATE, SHUTDOWN -> false;
        };
    }

    boolean isServerTold(String tag, CloseReason reason) throws InterruptedException {
        return switch (reason) {
            case REQUESTED -> true;
            case IDLE -> store.access().remove(place, tag, idle.toMillis()) != Removal.NOT_REMOVED;
            case MAX_AGE, LOST, REFUSED, REPLACED -> {
                await(removal);
                Removal outcome = store.own().removal(tag);
                yield outcome == Removal.SOLE || outcome == Removal.ABSENT;
            }
            case EVICTED, CALL_ENDED, LATE, SHUTDOWN -> store.access().isGone(place, tag);
        };
    }

    private void await(Future<?> done) throws InterruptedException {
        try {
            done.get(store.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Then it is not known to be out.
        }
    }
}
