package dev.serai.entry;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections that make no progress: a head, a body or an answer that takes too long as a whole,
 * however many bytes trickle. One sweep serves all connections of an event loop, so that a request
 * starts no timer. Not thread-safe: used on its event loop only.
 */
final class ConnectionWatch {
    private static final long LONGEST_PERIOD_MILLIS = 1_000;
    private static final int TICKS_PER_LIMIT = 4;

    private final long periodMillis;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private final long idleTicks;
    private final long keepAliveTicks;
    private final long bodyTicks;
    private final Map<HttpConnection, Watched> watched = new HashMap<>();
    private long now;

    ConnectionWatch(HttpServerOptions options) {
        Duration shortest = options.idleTimeout().compareTo(options.bodyTimeout()) < 0
                ? options.idleTimeout()
                : options.bodyTimeout();
        this.periodMillis = Math.max(1, Math.min(LONGEST_PERIOD_MILLIS, shortest.toMillis() / TICKS_PER_LIMIT));
        this.idleTicks = ticks(options.idleTimeout());
        this.keepAliveTicks = ticks(KEEP_ALIVE);
        this.bodyTicks = ticks(options.bodyTimeout());
    }

    private long ticks(Duration limit) {
        return limit.toMillis() / periodMillis;
    }

    long periodMillis() {
        return periodMillis;
    }

    void opened(HttpConnection connection) {
        watched.put(connection, new Watched(now));
    }

    void closed(HttpConnection connection) {
        Watched gone = watched.remove(connection);
        if (gone != null && gone.call != null) {
            gone.call.disconnected();
        }
    }

    /** The connection has a request whose body is still arriving. */
    void reading(HttpConnection connection, InboundCall call) {
        enter(connection, Phase.READING, call);
    }

    /** A route is at work: how long it may take is not the connection's business. */
    void running(HttpConnection connection, InboundCall call) {
        enter(connection, Phase.RUNNING, call);
    }

    /** An answer of events is under way: now and then something is sent, so that a client that is gone is noticed. */
    void streaming(HttpConnection connection, InboundCall call) {
        enter(connection, Phase.STREAMING, call);
    }

    /** The client of an answer of events is due to take some. */
    void stalled(HttpConnection connection, InboundCall call) {
        enter(connection, Phase.STALLED, call);
    }

    /** Ends the answers of events that stand for no work. */
    void endBackground() {
        List.copyOf(watched.values()).forEach(state -> {
            if (state.call != null) {
                state.call.endBackground();
            }
        });
    }

    /** The client is due to take an answer, or to send the next head. */
    void waiting(HttpConnection connection) {
        enter(connection, Phase.WAITING, null);
    }

    /** Gives up every request that is not answered yet. */
    void abandon() {
        List.copyOf(watched.values()).forEach(state -> {
            if (state.call != null) {
                state.call.abandon();
            }
        });
    }

    void sweep() {
        now++;
        List<Map.Entry<HttpConnection, Watched>> late = new ArrayList<>(0);
        for (Map.Entry<HttpConnection, Watched> entry : watched.entrySet()) {
            Watched state = entry.getValue();
            long limit = limit(state.phase);
            if (state.phase != Phase.RUNNING && now - state.since > limit) {
                late.add(Map.entry(entry.getKey(), state));
            }
        }
        for (Map.Entry<HttpConnection, Watched> entry : late) {
            InboundCall call = entry.getValue().call;
            if (call == null || entry.getValue().phase == Phase.STALLED) {
                entry.getKey().close();
            } else if (entry.getValue().phase == Phase.STREAMING) {
                entry.getValue().since = now;
                call.keepAlive();
            } else {
                call.bodyTooSlow();
            }
        }
    }

    private long limit(Phase phase) {
        return switch (phase) {
            case READING -> bodyTicks;
            case STREAMING -> keepAliveTicks;
            default -> idleTicks;
        };
    }

    private void enter(HttpConnection connection, Phase phase, @Nullable InboundCall call) {
        Watched state = watched.get(connection);
        if (state != null) {
            state.phase = phase;
            state.call = call;
            state.since = now;
        }
    }

    private enum Phase {
        WAITING,
        READING,
        RUNNING,
        STREAMING,
        STALLED
    }

    private static final class Watched {
        private Phase phase = Phase.WAITING;
        private @Nullable InboundCall call;
        private long since;

        Watched(long since) {
            this.since = since;
        }
    }
}
