package dev.serai.session;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.invocation.CapabilityException;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The failed openings: of a server that is not reached for all its keys, of a key that is refused for that key. After
 * one nobody tries for a while; then one tries and decides for all.
 */
final class Failures {
    private final BackOff<ServerUrl> servers;
    private final BackOff<SessionKey> keys;

    /** @param random as {@link BackOff} has it */
    Failures(PoolLimits limits, Ticker ticker, DoubleSupplier random) {
        this.servers = new BackOff<>(limits.failureBackoff(), limits.failureBackoffMax(), ticker, random);
        this.keys = new BackOff<>(limits.failureBackoff(), limits.failureBackoffMax(), ticker, random);
    }

    /** The failure of the last try; {@code null} where it was a success, or is long ago. */
    @Nullable
    CapabilityException last(SessionKey key) {
        CapabilityException ofServer = servers.last(ServerUrl.of(key));
        return ofServer == null ? keys.last(key) : ofServer;
    }

    /** Whether the back-off is over and nobody tries yet. */
    boolean mayTry(SessionKey key) {
        return servers.mayTry(ServerUrl.of(key)) && keys.mayTry(key);
    }

    /** True for the one caller that is to try: one of the server's, where that was not reached. */
    boolean claimTry(SessionKey key) {
        ServerUrl server = ServerUrl.of(key);
        if (!keys.mayTry(key) || !servers.claimTry(server)) {
            return false;
        }
        if (keys.claimTry(key)) {
            return true;
        }
        servers.undecided(server);
        return false;
    }

    /** The server did not answer. */
    void unreached(Opening opening, CapabilityException told) {
        servers.failed(ServerUrl.of(opening.key()), told, opening.began());
        keys.undecided(opening.key());
    }

    /** The server, or something on this side, refused. */
    void refused(Opening opening, CapabilityException told) {
        servers.succeeded(ServerUrl.of(opening.key()));
        keys.failed(opening.key(), told, opening.began());
    }

    void succeeded(SessionKey key) {
        servers.succeeded(ServerUrl.of(key));
        keys.succeeded(key);
    }

    /** A try ended without telling anything about the server: somebody else may try. */
    void undecided(SessionKey key) {
        servers.undecided(ServerUrl.of(key));
        keys.undecided(key);
    }
}
