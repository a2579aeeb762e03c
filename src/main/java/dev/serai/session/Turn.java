package dev.serai.session;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * One caller's time in the line of a key. While it is the first there it takes whichever session comes free, be it one
 * that it has had opened meanwhile or another; nothing is waited for alone.
 */
final class Turn implements AutoCloseable {
    private final Demand demand;
    private final WaitingLines.Waiter waiter;
    private final Ticker ticker;
    private final Slots slots;
    private final Chooser chooser;
    private final Leases leases;
    private @Nullable Opening own;
    private @Nullable Opening other;
    private boolean mayGrow = true;

    Turn(Demand demand, WaitingLines.Waiter waiter, Ticker ticker, Slots slots, Chooser chooser, Leases leases) {
        this.demand = demand;
        this.waiter = waiter;
        this.ticker = ticker;
        this.slots = slots;
        this.chooser = chooser;
        this.leases = leases;
    }

    /** Waits for a lease: for its turn, or, where a session has to be opened first, until the deadline. */
    Lease await() throws InterruptedException {
        while (true) {
            Lease lease = firstOfOwn();
            if (lease == null && waiter.isFirst()) {
                lease = any();
            }
            if (lease != null) {
                return lease;
            }
            if (!waiter.await(left())) {
                throw tooLate();
            }
        }
    }

    private long left() {
        long now = ticker.read();
        long toDeadline = demand.deadline() - now;
        return isOpening() ? toDeadline : Math.min(toDeadline, demand.turnBy() - now);
    }

    /** Whether what it waits for is an opening, and no busy session. */
    private boolean isOpening() {
        return (own != null || other != null) && !demand.hasOpen(slots);
    }

    private @Nullable Lease firstOfOwn() {
        Opening mine = own;
        if (mine == null || !mine.isSettled()) {
            return null;
        }
        own = null;
        PooledSession opened = mine.getNow(null);
        if (opened == null) {
            goOnAfter(mine);
            return null;
        }
        return leases.of(opened, false);
    }

    private @Nullable Lease any() {
        Opening theirs = other;
        if (theirs != null && theirs.isSettled()) {
            other = null;
            if (own == null && theirs.getNow(null) == null) {
                goOnAfter(theirs);
            }
        }
        Chooser.Outcome outcome = chooser.look(demand, mayGrow && own == null);
        Opening opening = outcome.opening();
        if (opening != null && outcome.own()) {
            giveUpOwn();
            own = opening;
            opening.whenSettled(waiter::wakeUp);
        } else if (opening != null && opening != own) {
            other = opening.orRefuse();
        }
        return outcome.lease();
    }

    /** Who waited for an opening that failed is told so, unless a session is open that may still come free. */
    private void goOnAfter(Opening failed) {
        if (!mayGrow || !demand.hasOpen(slots)) {
            throw failed.failure();
        }
        mayGrow = false;
    }

    private CapabilityException tooLate() {
        String provider = "provider '" + demand.key().provider() + "'";
        return isOpening()
                ? new CapabilityException(
                        ErrorCode.TIMEOUT, "Opening a session with " + provider + " outlasted the call's deadline")
                : new CapabilityException(
                        ErrorCode.QUEUE_TIMEOUT,
                        "All sessions with " + provider + " stayed busy as long as the call may wait");
    }

    private void giveUpOwn() {
        if (own != null) {
            leases.abandon(own);
            own = null;
        }
    }

    @Override
    public void close() {
        giveUpOwn();
        waiter.close();
    }
}
