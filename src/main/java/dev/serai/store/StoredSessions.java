package dev.serai.store;

import dev.serai.session.SessionHandler;
import dev.serai.session.SessionKeeper;
import dev.serai.session.SessionSettings;
import dev.serai.session.Slot;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the pool's sessions in a file or in Redis, encrypted. Whatever is wrong with the store, calls go on with
 * sessions in memory. To be closed after the pool.
 */
public final class StoredSessions implements SessionKeeper, AutoCloseable {
    private final StoreKeys keys;
    private final StoreHealth health;
    private final StoreAccess access;
    private final StoreWorker worker;
    private final OwnSessions own = new OwnSessions();
    private final Duration lease;
    private final Duration timeout;

    private StoredSessions(StoreSettings settings, StoreKeys keys) {
        this.keys = keys;
        this.health = new StoreHealth(
                settings.mode(),
                "session store",
                "Sessions are kept in memory only",
                "sessions opened from now on are stored");
        this.access = new StoreAccess(opening(settings, keys, health), health);
        this.worker = new StoreWorker(access, own);
        this.lease = settings.lease();
        this.timeout = settings.timeout();
    }

    /**
     * Opens the store. One that cannot be used now is no error: it is tried again.
     *
     * @param environment gives a variable's value, or {@code null}
     * @throws IllegalArgumentException if a setting is wrong or the key is missing, saying what to do
     */
    public static StoredSessions open(StoreSettings settings, Function<String, @Nullable String> environment)
            throws InterruptedException {
        if (settings.mode() == StoreMode.REDIS) {
            RedisStore.check(settings.redisUrl());
        }
        StoredSessions stored = new StoredSessions(settings, StoreKeys.read(settings, environment));
        stored.access.open();
        return stored;
    }

    /** Redis' classes are loaded only where it is used. */
    private static StoreLink.Opening<Records> opening(StoreSettings settings, StoreKeys keys, StoreHealth health) {
        return settings.mode() == StoreMode.REDIS
                ? () -> RedisStore.connect(settings, keys, health)
                : () -> FileStore.open(settings.file(), keys, health);
    }

    @Override
    public SessionHandler keep(Slot slot, SessionSettings settings, SessionHandler handler, boolean replacing) {
        return new StoredHandler(this, slot, settings, handler, replacing);
    }

    /** How the store does; reading it touches nothing. */
    public StoreStats stats() {
        return health.stats();
    }

    StoreKeys keys() {
        return keys;
    }

    StoreHealth health() {
        return health;
    }

    StoreAccess access() {
        return access;
    }

    StoreWorker worker() {
        return worker;
    }

    OwnSessions own() {
        return own;
    }

    Duration lease() {
        return lease;
    }

    Duration timeout() {
        return timeout;
    }

    @Override
    public void close() {
        // Twice does no harm.
        worker.close(timeout);
        access.close();
    }
}
