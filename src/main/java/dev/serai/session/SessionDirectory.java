package dev.serai.session;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A pool's sessions as they may be shown: no id, no credential. Reading changes nothing. */
public final class SessionDirectory {
    private static final Comparator<PooledSession> BY_NAME = Comparator.comparing(PooledSession::name);

    private final Ticker ticker;
    private final Supplier<Iterable<PooledSession>> live;
    private final Servers servers;
    private final RecentlyClosed closed;

    SessionDirectory(Ticker ticker, Supplier<Iterable<PooledSession>> live, Servers servers, RecentlyClosed closed) {
        this.ticker = ticker;
        this.live = live;
        this.servers = servers;
        this.closed = closed;
    }

    /**
     * The sessions that match, in the order of their names. Takes time with the number of sessions.
     *
     * @param after the last name of the page before; empty for the first page
     * @param limit how many at most, at least 1
     */
    public List<SessionInfo> list(Predicate<SessionInfo> matches, String after, int limit) {
        long now = ticker.read();
        PriorityQueue<PooledSession> page = new PriorityQueue<>(BY_NAME.reversed());
        for (PooledSession session : live.get()) {
            boolean wanted = session.name().compareTo(after) > 0;
            boolean fits = page.size() < limit || BY_NAME.compare(session, page.element()) < 0;
            if (wanted && fits && matches.test(session.info(now))) {
                page.add(session);
                if (page.size() > limit) {
                    page.remove();
                }
            }
        }
        List<PooledSession> sorted = new ArrayList<>(page);
        sorted.sort(BY_NAME);
        return sorted.stream().map(session -> session.info(now)).toList();
    }

    /** The session of this name; {@code null} if there is none (any more). */
    public @Nullable SessionInfo find(String name) {
        PooledSession found = pooled(name);
        return found == null ? null : found.info(ticker.read());
    }

    /** The sessions that ended last, at most 256, the latest first. */
    public List<ClosedSession> recentlyClosed() {
        return closed.list();
    }

    /** Every server with which there are sessions or failed openings, by provider and address. */
    public List<ServerState> servers() {
        return servers.states();
    }

    @Nullable
    PooledSession pooled(String name) {
        for (PooledSession session : live.get()) {
            if (name.equals(session.name())) {
                return session;
            }
        }
        return null;
    }
}
