package dev.serai.gateway;

import dev.serai.http.Transports;
import dev.serai.session.SessionKeeper;
import dev.serai.store.StoreMode;
import dev.serai.store.StoreSettings;
import dev.serai.store.StoreStats;
import dev.serai.store.StoredSessions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The store of sessions as the settings ask for it. */
final class StoreSetup {
    private StoreSetup() {}

    /** {@code null} where sessions are kept in memory only. */
    static @Nullable StoredSessions open(Settings settings, Function<String, @Nullable String> environment)
            throws StartException, InterruptedException {
        try {
            StoreMode mode = StoreMode.parse(settings.text(Setting.STORE));
            return mode == StoreMode.NONE
                    ? null
                    : StoredSessions.open(
                            settings(mode, Path.of(settings.text(Setting.STORE_FILE)), settings, environment),
                            environment);
        } catch (InvalidPathException e) {
            throw new StartException("serai.store.file or serai.store.key-file is not a path: " + e.getReason(), e);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    static SessionKeeper keeper(@Nullable StoredSessions stored) {
        if (stored == null) {
            return SessionKeeper.NONE;
        }
        // A session that is a process of this machine, or a connection, ends with the gateway.
        return (slot, settings, handler, replacing) ->
                Transports.isBound(slot.key().serverUrl()) ? handler : stored.keep(slot, settings, handler, replacing);
    }

    static StoreStats stats(@Nullable StoredSessions stored) {
        return stored == null ? StoreStats.NONE : stored.stats();
    }

    /** Where and how to store, with the key and the server that are one for all stores. */
    static StoreSettings settings(
            StoreMode mode, Path file, Settings settings, Function<String, @Nullable String> environment)
            throws StartException {
        return new StoreSettings(
                mode,
                file,
                settings.text(Setting.STORE_KEY_ENV),
                settings.isSet(Setting.STORE_KEY_FILE) ? Path.of(settings.text(Setting.STORE_KEY_FILE)) : null,
                redisUrl(settings, environment),
                settings.duration(Setting.STORE_TIMEOUT),
                settings.duration(Setting.STORE_LEASE));
    }

    private static String redisUrl(Settings settings, Function<String, @Nullable String> environment)
            throws StartException {
        if (settings.isSet(Setting.STORE_REDIS_URL_ENV)) {
            String variable = settings.text(Setting.STORE_REDIS_URL_ENV);
            String url = environment.apply(variable);
            if (url == null || url.isBlank()) {
                throw new StartException(
                        "serai.store.redis-url-env: the environment variable " + variable
                                + " is not set; expected the address of Redis in it",
                        null);
            }
            return url.strip();
        }
        String url = settings.text(Setting.STORE_REDIS_URL);
        if (url.contains("@")) {
            throw new StartException(
                    "serai.store.redis-url holds a user or password: put the address into an environment variable and"
                            + " name that with serai.store.redis-url-env",
                    null);
        }
        return url;
    }
}
