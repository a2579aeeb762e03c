package dev.serai.store;

import dev.serai.session.CloseReason;
import dev.serai.session.Session;
import dev.serai.session.SessionHandler;
import dev.serai.session.SessionSettings;
import dev.serai.session.Slot;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Opens by looking into the store first, and closes by what the store says of other users. Where several processes
 * miss together, the one that reserves the place opens and the others wait for its session.
 */
final class StoredHandler implements SessionHandler {
    private static final int TOKEN_BYTES = 16;
    private static final int SHORTEST_WAIT_MS = 10;
    private static final int LONGEST_WAIT_MS = 50;
    private static final int LEASE_STEPS = 3;
    /** Records in one place that cannot be taken over, after which the store is left alone. */
    private static final int MOST_USELESS = 3;

    private final StoredSessions store;
    private final StoreKey key;
    private final Slot slot;
    private final SessionSettings settings;
    private final SessionHandler handler;
    private final String place;
    private final CompletableFuture<Void> removal = new CompletableFuture<>();
    private volatile long endsAt;
    private volatile long usedAt;

    StoredHandler(StoredSessions store, Slot slot, SessionSettings settings, SessionHandler handler) {
        this.store = store;
        this.key = store.keys().first();
        this.slot = slot;
        this.settings = settings;
        this.handler = handler;
        this.place = key.place(slot);
    }

    @Override
    public Session open() throws Exception {
        String token = token();
        int useless = 0;
        while (useless < MOST_USELESS) {
            Found found = store.access().look(place, token);
            switch (found.kind()) {
                case RESERVED -> {
                    return openReserved(token);
                }
                case STORED -> {
                    if (store.own().holds(found.tag())) {
                        return openInPlaceOf(found.tag(), token);
                    }
                    Session kept = takeOver(found, key, place);
                    if (kept != null) {
                        return kept;
                    }
                    store.own().removed(found.tag(), store.access().remove(place, found.tag(), 0));
                    useless++;
                }
                case BEING_OPENED ->
                    TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(SHORTEST_WAIT_MS, LONGEST_WAIT_MS));
                case NOTHING, UNKNOWN -> {
                    return handler.open();
                }
            }
        }
        return handler.open();
    }

    /** What is stored stays until the other is open: where that fails, this process goes on with it. */
    private Session openInPlaceOf(String tag, String token) throws Exception {
        Session session = handler.open();
        store.own().removed(tag, store.access().remove(place, tag, 0));
        store(session, token);
        return session;
    }

    private Session openReserved(String token) throws Exception {
        Future<?> extending =
                store.worker().keepExtending(place, token, store.lease().dividedBy(LEASE_STEPS));
        boolean stored = false;
        try {
            Session earlier = underOlderKeys();
            Session session = earlier == null ? handler.open() : earlier;
            stored = store(session, token);
            return session;
        } finally {
            extending.cancel(false);
            if (!stored) {
                store.worker().add(new StoreWorker.GiveBack(place, token));
            }
        }
    }

    /** A session that was stored before the keys were rotated. */
    private @Nullable Session underOlderKeys() throws InterruptedException {
        for (StoreKey older : store.keys().older()) {
            String former = older.place(slot);
            Found found = store.access().look(former, null);
            Session kept = found.kind() == Found.Kind.STORED ? takeOver(found, older, former) : null;
            if (kept != null) {
                return kept;
            }
        }
        return null;
    }

    private @Nullable Session takeOver(Found found, StoreKey sealedWith, String at) throws InterruptedException {
        StoredSession stored = StoredSession.open(found, sealedWith, at);
        if (stored == null) {
            store.health().failures.increment();
            return null;
        }
        long now = System.currentTimeMillis();
        Session session = stored.restore(now);
        long end = end(session, stored.openedAt());
        if (now >= end || !store.own().mayTakeOver(key.tag(place, stored.id()))) {
            return null;
        }
        if (!store.access().takeOver(new Touch(at, found.tag(), settings.idle().toMillis(), end))) {
            return null;
        }
        store.health().hits.increment();
        keep(session, end);
        return session;
    }

    /** A session that is there is used, whether or not it can be stored. */
    private boolean store(Session session, String token) {
        String id = session.id();
        if (id == null) {
            return false;
        }
        long openedAt = System.currentTimeMillis() - session.initialAge().toMillis();
        String tag = key.tag(place, id);
        byte[] text = new StoredSession(id, session.facts(), openedAt).bytes();
        Entry entry =
                new Entry(tag, key.seal(text, place + tag), settings.idle().toMillis(), end(session, openedAt));
        try {
            if (!store.access().activate(place, token, entry)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        keep(session, entry.endsAt());
        store.worker().add(new StoreWorker.Flush());
        return true;
    }

    private void keep(Session session, long end) {
        session.keep();
        store.own().hold(tag(session));
        endsAt = end;
        usedAt = System.nanoTime();
    }

    /** The end of its greatest age, or of what its server or credential allows it. */
    private long end(Session session, long openedAt) {
        return openedAt + Math.min(settings.maxAge().toMillis(), TimeUnit.NANOSECONDS.toMillis(session.lifeNanos()));
    }

    @Override
    public void used(Session session) {
        if (session.isKept() && System.nanoTime() - usedAt >= settings.idle().toNanos() / Touch.IDLE_STEPS) {
            note(session);
        }
    }

    private void note(Session session) {
        usedAt = System.nanoTime();
        store.worker()
                .add(new StoreWorker.Use(
                        new Touch(place, tag(session), settings.idle().toMillis(), endsAt)));
    }

    @Override
    public void retired(Session session, CloseReason reason) {
        if (!session.isKept()) {
            return;
        }
        String tag = tag(session);
        if (isOver(reason)) {
            store.own().giveUp(tag);
            store.worker().add(new StoreWorker.TakeOut(place, tag, removal));
        }
        store.own().release(tag);
    }

    @Override
    public void close(Session session, CloseReason reason) throws Exception {
        if (session.isKept()) {
            if (!isServerTold(session, reason)) {
                return;
            }
            session.keepNot();
        }
        handler.close(session, reason);
    }

    /** Whether the session is of no more use to anybody, as opposed to: not in this process's memory. */
    private static boolean isOver(CloseReason reason) {
        return switch (reason) {
            case MAX_AGE, LOST, REFUSED, REPLACED, REQUESTED -> true;
            case IDLE, EVICTED, CALL_ENDED, LATE, SHUTDOWN -> false;
        };
    }

    private boolean isServerTold(Session session, CloseReason reason) throws InterruptedException {
        String tag = tag(session);
        return switch (reason) {
            case REQUESTED -> true;
            case IDLE -> store.access().remove(place, tag, settings.idle().toMillis()) != Removal.NOT_REMOVED;
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

    private String tag(Session session) {
        String id = session.id();
        return key.tag(place, id == null ? "" : id);
    }

    private static String token() {
        byte[] random = new byte[TOKEN_BYTES];
        ThreadLocalRandom.current().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
