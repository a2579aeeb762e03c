package dev.serai.session;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What operators and declarations ask of a pool beside calls: to open, renew or close a session. */
public final class SessionControl {
    private final Slots slots;
    private final Opener opener;
    private final SessionKeeper keeper;
    private final Successor successor;
    private final SessionDirectory directory;
    private final WaitingLines lines;

    SessionControl(
            Slots slots,
            Opener opener,
            SessionKeeper keeper,
            Successor successor,
            SessionDirectory directory,
            WaitingLines lines) {
        this.slots = slots;
        this.opener = opener;
        this.keeper = keeper;
        this.successor = successor;
        this.directory = directory;
        this.lines = lines;
    }

    /**
     * Opens a session that no call waits for, if the key has room for one. Does not wait.
     *
     * @param most how many sessions the key may have with it; the pool size of the settings bounds it too
     * @return ends with the name of the new session, with {@code null} where there are that many, or with the {@link CapabilityException} of the opening
     */
    public CompletableFuture<@Nullable String> open(
            SessionKey key, SessionSettings settings, SessionHandler handler, OpenReason why, int most) {
        for (int index = 0; index < Math.min(most, settings.poolSize()); index++) {
            Slot slot = new Slot(key, index);
            Opening own = new Opening(slot, settings, handler, keeper.keep(slot, settings, handler, false), why);
            if (slots.isFree(slot) && slots.claim(own)) {
                opener.start(own);
                return own.thenApply(session -> {
                    if (session == null) {
                        throw own.failure();
                    }
                    session.release();
                    lines.wakeFirst(key);
                    return session.name();
                });
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Opens a session in the place of this one, which then drains. Does not wait.
     *
     * @return ends with the name of the new session, or with a {@link CapabilityException} that says why there is
     *     none; the old one then stays
     */
    public CompletableFuture<String> renew(String name) {
        PooledSession old = directory.pooled(name);
        if (old == null) {
            return CompletableFuture.failedFuture(none(name));
        }
        if (old.isRetired() || old.origin().settings().singleUse()) {
            return CompletableFuture.failedFuture(new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    "session " + name + " takes no more calls: it is being closed, or serves one call only"));
        }
        return successor
                .replace(old, old.origin().source(), OpenReason.REQUESTED)
                .thenApply(PooledSession::name);
    }

    /** Takes a session out of the pool; it is closed when its calls are over. False if there is none. */
    public boolean close(String name) {
        PooledSession session = directory.pooled(name);
        if (session == null) {
            return false;
        }
        boolean first = session.retire(CloseReason.REQUESTED);
        slots.remove(session.origin());
        lines.wakeFirst(session.origin().key());
        return first;
    }

    private static CapabilityException none(String name) {
        return new CapabilityException(ErrorCode.SESSION_UNAVAILABLE, "there is no session " + name);
    }
}
