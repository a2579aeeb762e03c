package dev.serai.session;

import java.util.function.Predicate;

/** Gives leases out, takes them back, and takes sessions away. */
final class Leases {
    private final Slots slots;
    private final WaitingLines lines;
    private final Causes causes;

    Leases(Slots slots, WaitingLines lines, Causes causes) {
        this.slots = slots;
        this.lines = lines;
        this.causes = causes;
    }

    Lease of(PooledSession pooled, boolean reused) {
        return new Lease(pooled, reused, this::release);
    }

    private void release(PooledSession pooled) {
        Opening origin = pooled.origin();
        if (origin.settings().singleUse()) {
            pooled.retire(CloseReason.CALL_ENDED);
        } else if (!pooled.isRetired()) {
            slots.touch(origin.slot());
        }
        pooled.release();
        lines.wakeFirst(origin.key());
    }

    /** Whoever started this opening does not want its first lease any more. */
    void abandon(Opening opening) {
        opening.whenSettled(() -> {
            PooledSession late = opening.getNow(null);
            if (late != null) {
                release(late);
            }
        });
    }

    /** Gives up exactly this session; true for the first to do so. */
    boolean discard(PooledSession pooled, CloseReason reason) {
        SessionKey key = pooled.origin().key();
        // First, so that what keeps it knows before another is opened.
        boolean first = pooled.retire(reason);
        if (first) {
            causes.ended(key, reason);
        }
        slots.remove(pooled.origin());
        lines.wakeFirst(key);
        return first;
    }

    /** Gives up all sessions whose key matches. Says how many. */
    int discardIf(Predicate<SessionKey> matches, CloseReason reason) {
        int discarded = slots.discardIf(matches, reason, key -> causes.ended(key, reason));
        lines.wakeAll();
        return discarded;
    }
}
