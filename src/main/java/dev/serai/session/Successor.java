package dev.serai.session;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.concurrent.CompletableFuture;

/** Opens a session in the background that takes the place of another, which then drains. */
final class Successor {
    private final Slots slots;
    private final Opener opener;
    private final SessionKeeper keeper;
    private final WaitingLines lines;
    private final Ticker ticker;

    Successor(Slots slots, Opener opener, SessionKeeper keeper, WaitingLines lines, Ticker ticker) {
        this.slots = slots;
        this.opener = opener;
        this.keeper = keeper;
        this.lines = lines;
        this.ticker = ticker;
    }

    /** If the opening fails, the old one stays and a later use tries again. */
    void refresh(PooledSession old, SessionHandler handler) {
        var unused = replace(old, handler, OpenReason.REFRESH).exceptionally(failure -> {
            old.refreshLater(ticker.read());
            return old;
        });
    }

    /** Ends with the new session, or with a {@link CapabilityException}: then the old one stays as it is. */
    CompletableFuture<PooledSession> replace(PooledSession old, SessionHandler handler, OpenReason why) {
        Opening former = old.origin();
        SessionHandler kept = keeper.keep(former.slot(), former.settings(), handler, true);
        Opening next = new Opening(former.slot(), former.settings(), handler, kept, why);
        opener.start(next);
        CompletableFuture<PooledSession> replaced = next.thenApply(fresh -> {
            if (fresh == null) {
                throw next.failure();
            }
            return swap(old, next, fresh);
        });
        // After the swap: before, and before it is settled, who looks finds nothing to take.
        next.whenSettled(() -> lines.wakeFirst(next.key()));
        return replaced;
    }

    private PooledSession swap(PooledSession old, Opening next, PooledSession fresh) {
        boolean swapped = slots.replace(old.origin(), next);
        if (swapped) {
            old.retire(CloseReason.REPLACED);
        } else {
            fresh.retire(CloseReason.LATE);
        }
        fresh.release();
        if (!swapped) {
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE, "the session had left the pool before its successor was open");
        }
        return fresh;
    }
}
