package dev.serai.session;

import dev.serai.invocation.CapabilityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A session that is being opened, then the session itself. It never ends exceptionally, since the cache
 * would log that: a failed opening ends with {@code null} and holds its failure.
 */
final class Opening extends CompletableFuture<PooledSession> {
    private final Slot slot;
    private final SessionSettings settings;
    private final SessionHandler source;
    private final SessionHandler handler;
    private final OpenReason why;
    private final AtomicBoolean decided = new AtomicBoolean();
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private volatile @Nullable CapabilityException failure;
    private volatile @Nullable CapabilityException earlierFailure;
    private volatile long began;

    /**
     * @param source talks to the server
     * @param handler the same, or what keeps sessions in front of it
     */
    Opening(Slot slot, SessionSettings settings, SessionHandler source, SessionHandler handler, OpenReason why) {
        this.slot = slot;
        this.settings = settings;
        this.source = source;
        this.handler = handler;
        this.why = why;
    }

    Slot slot() {
        return slot;
    }

    SessionKey key() {
        return slot.key();
    }

    SessionSettings settings() {
        return settings;
    }

    SessionHandler source() {
        return source;
    }

    SessionHandler handler() {
        return handler;
    }

    OpenReason why() {
        return why;
    }

    /**
     * It is tried.
     *
     * @param earlier the last failure, where it is the one try after failures
     * @param now the ticker's time
     */
    void triesAfter(@Nullable CapabilityException earlier, long now) {
        earlierFailure = earlier;
        began = now;
    }

    /** Whether it is the one try after failures. */
    boolean isTry() {
        return earlierFailure != null;
    }

    /** The ticker's time when it began. */
    long began() {
        return began;
    }

    /** This, to wait for; where it is the one try after failures, all but the one who tries fail with the last. */
    Opening orRefuse() {
        CapabilityException earlier = earlierFailure;
        if (earlier != null && !settled.isDone()) {
            throw earlier;
        }
        return this;
    }

    boolean isDecided() {
        return decided.get();
    }

    /** True for the one that may end this opening, be it with a session or a failure. */
    boolean decide() {
        return decided.compareAndSet(false, true);
    }

    void succeed(PooledSession session) {
        complete(session);
        settled.complete(null);
    }

    void fail(CapabilityException reason) {
        failure = reason;
        complete(null);
        settled.complete(null);
    }

    /** Has this run after the end of the opening, once the cache has taken note of it. Must be quick. */
    void whenSettled(Runnable then) {
        var unused = settled.thenRun(then);
    }

    /** Whether {@link #await} has nothing to wait for. */
    boolean isSettled() {
        return settled.isDone();
    }

    /**
     * The session, or {@code null} if the opening failed. It is given out after the cache has taken note of
     * it, so that its age is watched from the start.
     */
    @Nullable
    PooledSession await(long nanos) throws InterruptedException, TimeoutException {
        try {
            settled.get(nanos, TimeUnit.NANOSECONDS);
            return getNow(null);
        } catch (ExecutionException e) {
            throw new IllegalStateException("an opening never ends exceptionally", e);
        }
    }

    /** Why there is no session; only asked after the opening ended with {@code null}. */
    CapabilityException failure() {
        CapabilityException reason = failure;
        if (reason == null) {
            throw new IllegalStateException("the opening has not failed");
        }
        return reason;
    }
}
