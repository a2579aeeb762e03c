package dev.serai.loop;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Which routes there are, as far as event loops are concerned. While routes are replaced, and once the gateway stops,
 * nobody knows which steps the next route has, or whether one has to be waited for.
 */
public final class RouteEdition {
    private static final long NONE = -1;

    /** Odd while routes are replaced. */
    private final AtomicLong edition = new AtomicLong();

    private volatile boolean ended;

    /** A number that is the same for as long as the same routes are there; negative where that cannot be said. */
    public long current() {
        long now = edition.get();
        return ended || now % 2 != 0 ? NONE : now;
    }

    /** Whether the routes of this edition are still the ones that there are. */
    public boolean is(long known) {
        return known >= 0 && known == current();
    }

    /** Routes are about to be replaced; to be followed by {@link #changed}. One thread at a time. */
    public void changing() {
        edition.incrementAndGet();
    }

    /** They have been replaced, or not. */
    public void changed() {
        edition.incrementAndGet();
    }

    /** The gateway stops: routes go, and none comes. */
    public void end() {
        ended = true;
    }
}
