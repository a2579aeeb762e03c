package dev.serai.session;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The sessions that ended last: so many, and no more. */
final class RecentlyClosed {
    private static final int KEPT = 256;

    private final Ticker ticker;
    private final AtomicReferenceArray<Entry> ring = new AtomicReferenceArray<>(KEPT);
    private final AtomicLong ends = new AtomicLong();

    private record Entry(SessionInfo session, CloseReason reason, long at) {}

    RecentlyClosed(Ticker ticker) {
        this.ticker = ticker;
    }

    void add(PooledSession session) {
        long now = ticker.read();
        int place = (int) (ends.getAndIncrement() % KEPT);
        ring.set(place, new Entry(session.info(now), session.reason(), now));
    }

    /** The last one first. */
    List<ClosedSession> list() {
        long now = ticker.read();
        long last = ends.get();
        List<ClosedSession> closed = new ArrayList<>();
        for (long end = last - 1; end >= Math.max(0, last - KEPT); end--) {
            Entry entry = ring.get((int) (end % KEPT));
            if (entry != null) {
                closed.add(new ClosedSession(entry.session, entry.reason, Duration.ofNanos(now - entry.at)));
            }
        }
        return closed;
    }
}
