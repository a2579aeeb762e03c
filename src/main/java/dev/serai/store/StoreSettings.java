package dev.serai.store;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where and how sessions are stored.
 *
 * @param mode in what
 * @param file the file, for {@link StoreMode#FILE}
 * @param keyVariable the environment variable with the keys
 * @param keyFile the file with the keys, which comes first; {@code null} for none
 * @param redisUrl the server, for {@link StoreMode#REDIS}: may hold a password, so it is in no text form
 * @param timeout longest that one access may take
 * @param lease how long a place stays reserved for a process that died while it opened a session
 */
public record StoreSettings(
        StoreMode mode,
        Path file,
        String keyVariable,
        @Nullable Path keyFile,
        String redisUrl,
        Duration timeout,
        Duration lease) {
    @Override
    public String toString() {
        return "store " + mode;
    }
}
