package dev.serai.session;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A caller's way to a lease: at once where a session is free or can be opened, else in the key's line. */
final class Acquiring {
    private final Ticker ticker;
    private final Slots slots;
    private final Opener opener;
    private final WaitingLines lines;
    private final Chooser chooser;
    private final Leases leases;
    private final PoolCounters counters;

    Acquiring(
            Ticker ticker,
            Slots slots,
            Opener opener,
            WaitingLines lines,
            Chooser chooser,
            Leases leases,
            PoolCounters counters) {
        this.ticker = ticker;
        this.slots = slots;
        this.opener = opener;
        this.lines = lines;
        this.chooser = chooser;
        this.leases = leases;
        this.counters = counters;
    }

    Lease acquire(Demand demand) {
        if (demand.settings().singleUse()) {
            return forOneCall(demand);
        }
        boolean inTurn = demand.settings().concurrency() == 0 || lines.isEmpty(demand.key());
        Lease lease = inTurn ? direct(demand) : null;
        return lease != null ? lease : inLine(demand);
    }

    /** What can be had without waiting; {@code null} where that is nothing. */
    @Nullable
    Lease acquireNow(Demand demand) {
        boolean inTurn = demand.settings().concurrency() == 0 || lines.isEmpty(demand.key());
        return inTurn && !demand.settings().singleUse() ? chooser.ready(demand) : null;
    }

    private Lease forOneCall(Demand demand) {
        opener.refuseWhenShutDown();
        SessionHandler handler = demand.handler();
        Opening opening = new Opening(new Slot(demand.key(), 0), demand.settings(), handler, handler, OpenReason.COLD);
        opener.start(opening);
        PooledSession pooled = await(opening, true, demand);
        if (pooled == null) {
            throw opening.failure();
        }
        return leases.of(pooled, false);
    }

    /** A lease, for which an opening may have to be waited for; {@code null} when all sessions are busy. */
    private @Nullable Lease direct(Demand demand) {
        boolean mayGrow = true;
        while (true) {
            Chooser.Outcome outcome = chooser.look(demand, mayGrow);
            Opening opening = outcome.opening();
            if (opening == null) {
                return outcome.lease();
            }
            PooledSession pooled = await(outcome.own() ? opening : opening.orRefuse(), outcome.own(), demand);
            if (pooled == null) {
                if (!mayGrow || !demand.hasOpen(slots)) {
                    throw opening.failure();
                }
                mayGrow = false;
            } else if (outcome.own()) {
                return leases.of(pooled, false);
            }
        }
    }

    private Lease inLine(Demand demand) {
        WaitingLines.Waiter waiter = lines.join(demand.key(), demand.priority());
        try (Turn turn = new Turn(demand, waiter, ticker, slots, chooser, leases)) {
            counters.waits.increment();
            return turn.await();
        } catch (InterruptedException e) {
            throw interrupted(demand.key(), e);
        }
    }

    /** Null when the opening failed. */
    private @Nullable PooledSession await(Opening opening, boolean own, Demand demand) {
        try {
            return opening.isSettled() ? opening.getNow(null) : opening.await(demand.deadline() - ticker.read());
        } catch (TimeoutException e) {
            giveUp(opening, own);
            throw new CapabilityException(
                    ErrorCode.TIMEOUT,
                    "Opening a session with provider '" + opening.key().provider() + "' outlasted the call's deadline");
        } catch (InterruptedException e) {
            giveUp(opening, own);
            throw interrupted(opening.key(), e);
        }
    }

    private void giveUp(Opening opening, boolean own) {
        if (own) {
            leases.abandon(opening);
        }
    }

    private static CapabilityException interrupted(SessionKey key, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new CapabilityException(
                ErrorCode.TIMEOUT,
                "The call was cancelled while it waited for a session with provider '" + key.provider() + "'",
                cause);
    }
}
