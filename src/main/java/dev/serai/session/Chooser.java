package dev.serai.session;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

/** Takes the session that serves a call now, or has one opened, and waits for neither. */
final class Chooser {
    private static final Outcome BUSY = new Outcome(null, null, false);

    private final Ticker ticker;
    private final Slots slots;
    private final Opener opener;
    private final SessionKeeper keeper;
    private final Causes causes;
    private final Successor successor;
    private final PoolCounters counters;
    private final Leases leases;

    /**
     * What came of one look at a key's sessions.
     *
     * @param lease on a session that was free; {@code null} without one
     * @param opening else what is being opened; {@code null} too where all sessions are busy
     * @param own whether this look started the opening: its first lease is the caller's
     */
    record Outcome(@Nullable Lease lease, @Nullable Opening opening, boolean own) {}

    Chooser(
            Ticker ticker,
            Slots slots,
            Opener opener,
            SessionKeeper keeper,
            Causes causes,
            Successor successor,
            PoolCounters counters,
            Leases leases) {
        this.ticker = ticker;
        this.slots = slots;
        this.opener = opener;
        this.keeper = keeper;
        this.causes = causes;
        this.successor = successor;
        this.counters = counters;
        this.leases = leases;
    }

    /** @param mayGrow whether a further session may be opened beside those that are open */
    Outcome look(Demand demand, boolean mayGrow) {
        while (true) {
            opener.refuseWhenShutDown();
            long now = ticker.read();
            Slot slot = choose(demand, mayGrow);
            Opening found = slots.find(slot, now);
            if (found == null) {
                Opening own = claim(slot, demand);
                if (own != null) {
                    return new Outcome(null, own, true);
                }
            } else if (!found.isSettled()) {
                return new Outcome(null, found, false);
            } else {
                PooledSession pooled = found.getNow(null);
                if (pooled == null) {
                    throw found.failure();
                }
                switch (pooled.lease(demand.settings().concurrency())) {
                    case LEASED -> {
                        return new Outcome(reuse(pooled, demand, now), null, false);
                    }
                    case BUSY -> {
                        return BUSY;
                    }
                    case RETIRED -> slots.remove(found);
                }
            }
        }
    }

    /** A lease on a session that is open and free; {@code null} where one has to be opened or waited for. */
    @Nullable
    Lease ready(Demand demand) {
        opener.refuseWhenShutDown();
        long now = ticker.read();
        Opening found = slots.find(choose(demand, true), now);
        PooledSession pooled = found != null && found.isSettled() ? found.getNow(null) : null;
        return pooled != null && pooled.lease(demand.settings().concurrency()) == PooledSession.Answer.LEASED
                ? reuse(pooled, demand, now)
                : null;
    }

    private Slot choose(Demand demand, boolean mayGrow) {
        int size = demand.settings().poolSize();
        return slots.choose(demand.key(), size, mayGrow && (size == 1 || opener.mayTry(demand.key())));
    }

    /** The opening, started, if the place was still free. */
    private @Nullable Opening claim(Slot slot, Demand demand) {
        SessionKey key = demand.key();
        SessionHandler kept = keeper.keep(slot, demand.settings(), demand.handler(), false);
        Opening own = new Opening(slot, demand.settings(), demand.handler(), kept, causes.of(key));
        if (!slots.claim(own)) {
            return null;
        }
        causes.told(key);
        opener.start(own);
        return own;
    }

    private Lease reuse(PooledSession pooled, Demand demand, long now) {
        counters.hits.increment();
        if (pooled.claimRefresh(now)) {
            successor.refresh(pooled, demand.handler());
        }
        return leases.of(pooled, true);
    }
}
