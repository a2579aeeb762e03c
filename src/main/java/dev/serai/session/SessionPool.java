package dev.serai.session;

import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Priority;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of all providers. However many callers miss at once, a place is opened once; a session that
 * expires, is evicted or discarded takes no more calls and is closed when its last lease is released. Each
 * lease must be released.
 */
public final class SessionPool implements AutoCloseable {
    private final Ticker ticker;
    private final SessionKeeper keeper;
    private final PoolCounters counters = new PoolCounters();
    private final WaitingLines lines;
    private final Slots slots;
    private final Closer closer;
    private final Opener opener;
    private final Causes causes;
    private final Successor successor;
    private final SessionDirectory directory;
    private final SessionControl control;
    private volatile boolean closed;

    /**
     * @param ticker the time of ages and deadlines, in nanoseconds
     * @param executor runs openings and closings; must neither run them in the calling thread nor block
     * @param keeper where sessions outlive the pool
     */
    public SessionPool(PoolLimits limits, Ticker ticker, Executor executor, SessionKeeper keeper) {
        this(limits, ticker, executor, keeper, Scheduler.systemScheduler(), () -> ThreadLocalRandom.current()
                .nextDouble());
    }

    SessionPool(
            PoolLimits limits,
            Ticker ticker,
            Executor executor,
            SessionKeeper keeper,
            Scheduler scheduler,
            DoubleSupplier random) {
        this.keeper = keeper;
        TimeLimit timeLimit = new TimeLimit(executor);
        Servers servers = new Servers(ticker);
        RecentlyClosed recentlyClosed = new RecentlyClosed(ticker);
        Failures failures = new Failures(limits.failureBackoff(), limits.failureBackoffMax(), ticker, random);
        this.ticker = ticker;
        this.lines = new WaitingLines(limits, ticker);
        this.slots = new Slots(limits.maxSessions(), ticker, executor, scheduler, lines::wakeFirst);
        this.closer = new Closer(limits, timeLimit, counters, servers, recentlyClosed);
        Gate checks = new Gate(timeLimit, limits.openTimeout(), limits.maxConcurrentCloses(), limits.maxSessions());
        KeepAlive keepAlive =
                new KeepAlive(scheduler, executor, ticker, checks, session -> discard(session, CloseReason.LOST));
        this.opener =
                new Opener(limits, ticker, timeLimit, closer, counters, failures, servers, keepAlive, slots::remove);
        this.successor = new Successor(slots, opener, keeper, lines, ticker);
        this.causes = new Causes(ticker);
        this.directory = new SessionDirectory(ticker, closer::sessions, servers, recentlyClosed);
        this.control = new SessionControl(slots, opener, keeper, successor, directory, lines);
    }

    /**
     * A session for one call: an open one, or a new one. Of the callers that miss together one has it
     * opened and all wait, each until its own deadline.
     *
     * @param priority who goes first of those who wait for a busy session
     * @param deadline the ticker's time at which the caller gives up
     * @throws CapabilityException {@code timeout} if opening, {@code queue_timeout} if queueing for a busy
     *     session outlasts the deadline; {@code too_many_requests} if the queue is full; {@code
     *     shutting_down}; or the failure of the opening, the same for all who waited or came soon after
     */
    public Lease acquire(
            SessionKey key, SessionSettings settings, SessionHandler handler, Priority priority, long deadline) {
        if (settings.singleUse()) {
            return acquireSingleUse(
                    new Opening(new Slot(key, 0), settings, handler, handler, OpenReason.COLD), deadline);
        }
        boolean inTurn = settings.concurrency() == 0 || lines.isEmpty(key);
        Lease lease = inTurn ? attempt(key, settings, handler, deadline) : null;
        return lease != null ? lease : acquireInLine(key, settings, handler, priority, deadline);
    }

    /**
     * Gives up exactly the session of this lease; a newer one in its place stays. The lease must be
     * released all the same. True for one caller, false if the session had left the pool already.
     */
    public boolean discard(Lease lease, CloseReason reason) {
        return discard(lease.pooled(), reason);
    }

    private boolean discard(PooledSession pooled, CloseReason reason) {
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

    /** Gives up all sessions whose key matches; takes time with the number of sessions. Says how many. */
    public int discardIf(Predicate<SessionKey> matches, CloseReason reason) {
        int discarded = slots.discardIf(matches, reason, key -> causes.ended(key, reason));
        lines.wakeAll();
        return discarded;
    }

    /** The counters so far. */
    public PoolStats stats() {
        return counters.snapshot(closer.live(), opener.running());
    }

    /** The sessions there are, for operators. */
    public SessionDirectory directory() {
        return directory;
    }

    /** Opens, renews and closes sessions beside calls. */
    public SessionControl control() {
        return control;
    }

    /** Refuses new calls, closes all sessions at once, those in use too, and waits as long as one closing may take. */
    @Override
    public void close() {
        end();
    }

    /** Closes, and says what became of the sessions there were. */
    public SessionsAtEnd end() {
        closed = true;
        opener.shutDown();
        lines.wakeAll();
        slots.clear();
        return closer.closeAll();
    }

    /** Does at once what the scheduler would do soon: drops sessions whose time is over. */
    void tidy() {
        slots.tidy();
    }

    private Lease acquireSingleUse(Opening opening, long deadline) {
        refuseWhenClosed();
        opener.start(opening);
        Lease lease = firstLease(opening, deadline);
        if (lease == null) {
            throw opening.failure();
        }
        return lease;
    }

    private Lease acquireInLine(
            SessionKey key, SessionSettings settings, SessionHandler handler, Priority priority, long deadline) {
        try (WaitingLines.Waiter waiter = lines.join(key, priority)) {
            counters.waits.increment();
            while (true) {
                Lease lease = waiter.isFirst() ? attempt(key, settings, handler, deadline) : null;
                if (lease != null) {
                    return lease;
                }
                if (!waiter.await(deadline - ticker.read())) {
                    throw new CapabilityException(
                            ErrorCode.QUEUE_TIMEOUT,
                            "All sessions with provider '" + key.provider() + "' stayed busy until the deadline");
                }
            }
        } catch (InterruptedException e) {
            throw interrupted(key, e);
        }
    }

    /** A lease, or null when all sessions are busy. */
    private @Nullable Lease attempt(SessionKey key, SessionSettings settings, SessionHandler handler, long deadline) {
        boolean mayGrow = true;
        while (true) {
            refuseWhenClosed();
            long now = ticker.read();
            int size = settings.poolSize();
            Slot slot = slots.choose(key, size, mayGrow && (size == 1 || opener.mayTry(key)));
            Opening found = slots.find(slot, now);
            if (found == null) {
                SessionHandler kept = keeper.keep(slot, settings, handler);
                Opening own = new Opening(slot, settings, handler, kept, causes.of(key));
                if (slots.claim(own)) {
                    causes.told(key);
                    opener.start(own);
                    Lease lease = firstLease(own, deadline);
                    if (lease != null) {
                        return lease;
                    }
                    if (!mayGrow || !slots.hasOpen(key, size)) {
                        throw own.failure();
                    }
                    mayGrow = false;
                }
                continue;
            }
            CapabilityException refusal = found.refusalMeanwhile();
            if (refusal != null) {
                throw refusal;
            }
            PooledSession pooled = await(found, deadline);
            if (pooled == null) {
                throw found.failure();
            }
            switch (pooled.lease(settings.concurrency())) {
                case LEASED -> {
                    counters.hits.increment();
                    if (pooled.claimRefresh(now)) {
                        successor.refresh(pooled, handler);
                    }
                    return new Lease(pooled, true, this::release);
                }
                case BUSY -> {
                    return null;
                }
                case RETIRED -> slots.remove(found);
            }
        }
    }

    /** The lease that a new session is born with; null when the opening failed. */
    private @Nullable Lease firstLease(Opening opening, long deadline) {
        PooledSession pooled;
        try {
            pooled = await(opening, deadline);
        } catch (CapabilityException e) {
            var unused = opening.thenAccept(late -> {
                if (late != null) {
                    release(late);
                }
            });
            throw e;
        }
        if (pooled == null) {
            return null;
        }
        lines.wakeFirst(opening.key());
        return new Lease(pooled, false, this::release);
    }

    private @Nullable PooledSession await(Opening opening, long deadline) {
        try {
            return opening.isSettled() ? opening.getNow(null) : opening.await(deadline - ticker.read());
        } catch (TimeoutException e) {
            throw new CapabilityException(
                    ErrorCode.TIMEOUT,
                    "Opening a session with provider '" + opening.key().provider() + "' outlasted the call's deadline");
        } catch (InterruptedException e) {
            throw interrupted(opening.key(), e);
        }
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

    private void refuseWhenClosed() {
        if (closed) {
            throw new CapabilityException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down");
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
