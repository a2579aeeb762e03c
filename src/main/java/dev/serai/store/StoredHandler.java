package dev.serai.store;

import dev.serai.session.CloseReason;
import dev.serai.session.Session;
import dev.serai.session.SessionHandler;
import dev.serai.session.SessionSettings;
import dev.serai.session.Slot;
import java.util.HexFormat;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
    /** Added to a place: where who replaces the session there reserves. */
    private static final String NEXT = ":next";
    /** Records in one place that cannot be taken over, after which the store is left alone. */
    private static final int MOST_USELESS = 3;

    private final StoredSessions store;
    private final StoreKey key;
    private final Slot slot;
    private final SessionSettings settings;
    private final SessionHandler handler;
    private final boolean replacing;
    private final String place;
    private final StoredEnd end;
    private volatile long endsAt;
    private volatile long usedAt;

    /** @param replacing what this process holds there stays in use until the other is open */
    StoredHandler(
            StoredSessions store, Slot slot, SessionSettings settings, SessionHandler handler, boolean replacing) {
        this.store = store;
        this.key = store.keys().first();
        this.slot = slot;
        this.settings = settings;
        this.handler = handler;
        this.replacing = replacing;
        this.place = key.place(slot);
        this.end = new StoredEnd(store, place, settings.idle());
    }

    @Override
    public Session open() throws Exception {
        String token = token();
        int useless = 0;
        while (useless < MOST_USELESS) {
            Found found = replacing ? lookOrReserve(token) : store.access().look(place, token);
            switch (found.kind()) {
                case RESERVED -> {
                    return openReserved(token);
                }
                case STORED -> {
                    if (replacing && store.own().holds(found.tag())) {
                        Session next = openInPlaceOf(found.tag(), token);
                        if (next != null) {
                            return next;
                        }
                        continue;
                    }
                    Session kept = takeOver(found, key, place);
                    if (kept != null) {
                        return kept;
                    }
                    store.own().removed(found.tag(), store.access().remove(place, found.tag(), 0));
                    useless++;
                }
                case BEING_OPENED -> pause();
                case NOTHING, UNKNOWN -> {
                    return handler.open();
                }
            }
        }
        return handler.open();
    }

    /** Who replaces a session takes it out and then puts the other in: between the two the place is not free. */
    private Found lookOrReserve(String token) throws InterruptedException {
        Found found = store.access().look(place, null);
        if (found.kind() != Found.Kind.NOTHING) {
            return found;
        }
        Found replacement = store.access().look(place + NEXT, null);
        return replacement.kind() == Found.Kind.BEING_OPENED
                ? replacement
                : store.access().look(place, token);
    }

    /** An opening in another process goes on. */
    private static void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(SHORTEST_WAIT_MS, LONGEST_WAIT_MS));
    }

    /**
     * What is stored stays until the other is open: where that fails, this process goes on with it. Of the processes
     * that replace it together one opens; {@code null} where that is another, after a while.
     */
    private @Nullable Session openInPlaceOf(String tag, String token) throws Exception {
        String next = place + NEXT;
        if (store.access().look(next, token).kind() == Found.Kind.BEING_OPENED) {
            pause();
            return null;
        }
        Future<?> extending = extending(next, token);
        try {
            if (isReplaced(tag)) {
                return null;
            }
            Session session = handler.open();
            store.own().removed(tag, store.access().remove(place, tag, 0));
            store(session, token);
            return session;
        } finally {
            extending.cancel(false);
            store.worker().add(new StoreWorker.GiveBack(next, token));
        }
    }

    /** Another process did, between the look at it and the reservation. */
    private boolean isReplaced(String tag) throws InterruptedException {
        Found now = store.access().look(place, null);
        return now.kind() == Found.Kind.STORED && !now.tag().equals(tag);
    }

    private Future<?> extending(String at, String token) {
        return store.worker().keepExtending(at, token, store.lease().dividedBy(LEASE_STEPS));
    }

    private Session openReserved(String token) throws Exception {
        Future<?> extending = extending(place, token);
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
        long end = endOf(session, stored.openedAt());
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
                new Entry(tag, key.seal(text, place + tag), settings.idle().toMillis(), endOf(session, openedAt));
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
    private long endOf(Session session, long openedAt) {
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
        if (session.isKept()) {
            end.retired(tag(session), reason);
        }
    }

    @Override
    public void close(Session session, CloseReason reason) throws Exception {
        if (session.isKept()) {
            if (!end.isServerTold(tag(session), reason)) {
                return;
            }
            session.keepNot();
        }
        handler.close(session, reason);
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
