package dev.serai.session;

import dev.serai.invocation.ErrorCode;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An open session and the calls that use it. Once retired it takes no more calls, and is drained when the
 * last one ends. It starts with one lease: that of the caller who had it opened.
 */
final class PooledSession {
    /** The outcome of asking for a lease. */
    enum Answer {
        LEASED,
        BUSY,
        RETIRED
    }

    /** Nanoseconds; a busy session would contend for the cache's bookkeeping with every call. */
    private static final long LONGEST_UNNOTED = 1_000_000_000L;

    /** The idle time is kept to this part of itself. */
    private static final int IDLE_STEPS = 64;

    /** The sign bit of the state: takes no more calls. */
    private static final long RETIRED = Long.MIN_VALUE;

    /** The lower half of the state counts the calls in flight, the rest all calls there were. */
    private static final int USES_AT = 32;

    private static final long IN_FLIGHT = (1L << USES_AT) - 1;
    private static final long ONE_CALL = (1L << USES_AT) + 1;

    private static final long NEVER = Long.MAX_VALUE;

    private static final AtomicLong WITHOUT_ID = new AtomicLong();

    private final Opening origin;
    private final Session session;
    private final String name;
    private final long openedAt;
    private final long idleNanos;
    private final long maxAgeNanos;
    private final Duration drainTimeout;
    private final AtomicLong state = new AtomicLong(ONE_CALL);
    private final AtomicReference<CloseReason> reason = new AtomicReference<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile boolean endsByAge;
    private volatile long notedAt;
    /** The age from which on a use has it replaced. */
    private volatile long refreshAge;

    private volatile @Nullable ErrorCode lastError;

    PooledSession(Opening origin, Session session, long now, Duration drainTimeout) {
        this.origin = origin;
        this.session = session;
        this.name = name(session);
        this.openedAt = now - session.initialAge().toNanos();
        this.notedAt = now;
        this.idleNanos = origin.settings().idle().toNanos();
        this.maxAgeNanos = Math.min(origin.settings().maxAge().toNanos(), session.lifeNanos());
        long ahead = origin.settings().refreshAhead().toNanos();
        this.refreshAge = ahead == 0 ? NEVER : maxAgeNanos - Math.min(ahead, maxAgeNanos / 2);
        this.drainTimeout = drainTimeout;
    }

    Opening origin() {
        return origin;
    }

    Session session() {
        return session;
    }

    /** What it is called by, as {@link SessionInfo#name()} says. */
    String name() {
        return name;
    }

    private static String name(Session session) {
        String hash = session.hash();
        return hash == null ? String.format(Locale.ROOT, "none-%012d", WITHOUT_ID.incrementAndGet()) : hash;
    }

    /** Whether so much time has passed since the cache last noted a use that it must note this one. */
    boolean isUseWorthNoting(long now) {
        return now - notedAt >= Math.min(LONGEST_UNNOTED, idleNanos / IDLE_STEPS);
    }

    /** Notes a use; the nanoseconds that the session may stay unused from now on. */
    long nanosToLive(long now) {
        notedAt = now;
        long untilTooOld = maxAgeNanos - (now - openedAt);
        if (untilTooOld > idleNanos) {
            return idleNanos;
        }
        endsByAge = true;
        return Math.max(0, untilTooOld);
    }

    /** Nanoseconds since the last use, to a second or a 64th of the idle time. */
    long unusedNanos(long now) {
        return Math.max(0, now - notedAt);
    }

    /** Whether it is used so shortly before its age ends that it should be replaced; true for one caller. */
    boolean claimRefresh(long now) {
        if (now - openedAt < refreshAge) {
            return false;
        }
        synchronized (this) {
            boolean first = refreshAge != NEVER;
            refreshAge = NEVER;
            return first;
        }
    }

    /** Replacing it failed: tried again after half of the time that is left. */
    void refreshLater(long now) {
        long age = now - openedAt;
        refreshAge = age + Math.max(1, (maxAgeNanos - age) / 2);
    }

    CloseReason expiryReason() {
        return endsByAge ? CloseReason.MAX_AGE : CloseReason.IDLE;
    }

    /**
     * Adds a call.
     *
     * @param limit calls at a time; 0 means unlimited
     */
    Answer lease(int limit) {
        while (true) {
            long now = state.get();
            if (now < 0) {
                return Answer.RETIRED;
            }
            if (limit > 0 && (now & IN_FLIGHT) >= limit) {
                return Answer.BUSY;
            }
            long next = uses(now) == Integer.MAX_VALUE ? now + 1 : now + ONE_CALL;
            if (state.compareAndSet(now, next)) {
                return Answer.LEASED;
            }
        }
    }

    void release() {
        long now = state.decrementAndGet();
        if (now < 0 && (now & IN_FLIGHT) == 0) {
            drained.complete(null);
        }
    }

    /** Calls in flight. */
    int load() {
        return (int) (state.get() & IN_FLIGHT);
    }

    private static long uses(long state) {
        return (state & ~RETIRED) >> USES_AT;
    }

    boolean isRetired() {
        return state.get() < 0;
    }

    /** A call in it failed. */
    void failed(ErrorCode code) {
        lastError = code;
    }

    OpenReason openedFor() {
        return session.isRestored() ? OpenReason.RESTORED : origin.why();
    }

    /** What may be shown of it at this time of the ticker. */
    SessionInfo info(long now) {
        long at = state.get();
        SessionKey key = origin.key();
        return new SessionInfo(
                name,
                session.hash(),
                key.provider(),
                key.server(),
                key.scopeKind(),
                key.principal(),
                key.shownCredential(),
                key.credentialGeneration(),
                at < 0 ? SessionInfo.State.DRAINING : SessionInfo.State.OPEN,
                openedFor(),
                Duration.ofNanos(now - openedAt),
                Duration.ofNanos(unusedNanos(now)),
                uses(at),
                (int) (at & IN_FLIGHT),
                lastError);
    }

    /** Takes no more calls. True for the first one to ask, whose reason stands. */
    boolean retire(CloseReason why) {
        if (!reason.compareAndSet(null, why)) {
            return false;
        }
        origin.handler().retired(session, why);
        long before = state.getAndUpdate(now -> now | RETIRED);
        if ((before & IN_FLIGHT) == 0) {
            drained.complete(null);
        } else {
            drained.completeOnTimeout(null, drainTimeout.toNanos(), TimeUnit.NANOSECONDS);
        }
        return true;
    }

    CloseReason reason() {
        CloseReason why = reason.get();
        if (why == null) {
            throw new IllegalStateException("the session has not ended");
        }
        return why;
    }

    /** Ends when the session is retired and its calls are over, or took too long. */
    CompletableFuture<Void> drained() {
        return drained;
    }

    /** Ends when the session is closed, or closing it was given up: then with false. */
    CompletableFuture<Boolean> ended() {
        return ended;
    }
}
