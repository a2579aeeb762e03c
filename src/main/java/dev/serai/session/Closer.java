package dev.serai.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows every open session and closes those that are drained: a few at a time, each in bounded time. */
final class Closer {
    private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

    private final PoolLimits limits;
    private final Gate gate;
    private final PoolCounters counters;
    private final Servers servers;
    private final RecentlyClosed recentlyClosed;
    private final Set<PooledSession> live = ConcurrentHashMap.newKeySet();
    private volatile boolean shutDown;

    Closer(
            PoolLimits limits,
            TimeLimit timeLimit,
            PoolCounters counters,
            Servers servers,
            RecentlyClosed recentlyClosed) {
        this.limits = limits;
        this.counters = counters;
        this.servers = servers;
        this.recentlyClosed = recentlyClosed;
        this.gate = new Gate(timeLimit, limits.closeTimeout(), limits.maxConcurrentCloses(), limits.maxSessions());
    }

    /** Takes charge of a session: it will be closed once, after it is retired and drained. */
    void watch(PooledSession session) {
        live.add(session);
        servers.opened(session.origin().key());
        var unused = session.drained().thenRun(() -> submit(session));
        if (shutDown) {
            cut(session);
        }
    }

    int live() {
        return live.size();
    }

    /** The open sessions, those being closed included; weakly consistent. */
    Iterable<PooledSession> sessions() {
        return live;
    }

    /** Closes all sessions, in use or not, and waits for that so long, or as long as one closing may take. */
    SessionsAtEnd closeAll(Duration patience) {
        shutDown = true;
        List<PooledSession> all = List.copyOf(live);
        List<CompletableFuture<Boolean>> ends = new ArrayList<>(all.size());
        for (PooledSession session : all) {
            ends.add(session.ended());
            cut(session);
        }
        try {
            CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                    .get(Math.max(patience.toNanos(), limits.closeTimeout().toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("{} sessions were not closed in time", live.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int kept = 0;
        int closed = 0;
        for (PooledSession session : all) {
            if (session.reason() == CloseReason.SHUTDOWN && session.session().isKept()) {
                kept++;
            } else if (session.ended().getNow(false)) {
                closed++;
            }
        }
        return new SessionsAtEnd(closed, kept, all.size() - closed - kept);
    }

    private static void cut(PooledSession session) {
        session.retire(CloseReason.SHUTDOWN);
        session.drained().complete(null);
    }

    private void submit(PooledSession session) {
        counters.closed(session.reason());
        recentlyClosed.add(session);
        if (session.session().id() == null) {
            end(session, true);
        } else if (!gate.submit(() -> tell(session), failure -> {
            note(session, failure);
            end(session, failure == null);
        })) {
            note(session, new IllegalStateException("too many sessions wait for their closing"));
            end(session, false);
        }
    }

    private static void tell(PooledSession session) throws Exception {
        session.origin().handler().close(session.session(), session.reason());
    }

    private void note(PooledSession session, @Nullable Throwable failure) {
        if (failure != null) {
            counters.closeFailures.increment();
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            LOG.debug(
                    "Closing {} failed: {}", session.session(), cause.getClass().getSimpleName());
        }
    }

    private void end(PooledSession session, boolean told) {
        live.remove(session);
        servers.closed(session.origin().key());
        session.ended().complete(told);
    }
}
