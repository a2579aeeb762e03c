package dev.serai.session;

import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Priority;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of all providers. However many callers miss at once, a place is opened once; a session that
 * expires, is evicted or discarded takes no more calls and is closed when its last lease is released. Each
 * lease must be released.
 */
public final class SessionPool implements AutoCloseable {
    private final PoolCounters counters = new PoolCounters();
    private final WaitingLines lines;
    private final Slots slots;
    private final Closer closer;
    private final Opener opener;
    private final Leases leases;
    private final Acquiring acquiring;
    private final SessionDirectory directory;
    private final SessionControl control;

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
        TimeLimit timeLimit = new TimeLimit(executor);
        Servers servers = new Servers(ticker);
        RecentlyClosed recentlyClosed = new RecentlyClosed(ticker);
        Failures failures = new Failures(limits, ticker, random);
        this.lines = new WaitingLines(limits, ticker);
        this.slots = new Slots(limits.maxSessions(), ticker, executor, scheduler, lines::wakeFirst);
        Causes causes = new Causes(ticker);
        this.leases = new Leases(slots, lines, causes);
        this.closer = new Closer(limits, timeLimit, counters, servers, recentlyClosed);
        Gate checks = new Gate(timeLimit, limits.openTimeout(), limits.maxConcurrentCloses(), limits.maxSessions());
        KeepAlive keepAlive = new KeepAlive(
                scheduler, executor, ticker, checks, session -> leases.discard(session, CloseReason.LOST));
        this.opener =
                new Opener(limits, ticker, timeLimit, closer, counters, failures, servers, keepAlive, slots::remove);
        Successor successor = new Successor(slots, opener, keeper, lines, ticker);
        Chooser chooser = new Chooser(ticker, slots, opener, keeper, causes, successor, counters, leases);
        this.acquiring = new Acquiring(ticker, slots, opener, lines, chooser, leases, counters);
        this.directory = new SessionDirectory(ticker, closer::sessions, servers, recentlyClosed);
        this.control = new SessionControl(slots, opener, keeper, successor, directory, lines);
    }

    /**
     * A session for one call: an open one, or a new one. Of the callers that miss together one has it
     * opened and all wait, each until its own deadline.
     *
     * @param priority who goes first of those who wait for a busy session
     * @param deadline the ticker's time at which the caller gives up
     * @param turnBy the ticker's time until which it waits for a session that is busy
     * @throws CapabilityException {@code timeout} if opening outlasts the deadline; {@code queue_timeout} if all
     *     sessions stay busy that long, or until {@code turnBy}; {@code too_many_requests} if the queue is full; {@code
     *     shutting_down}; or the failure of the opening, the same for all who waited or came soon after
     */
    public Lease acquire(
            SessionKey key,
            SessionSettings settings,
            SessionHandler handler,
            Priority priority,
            long deadline,
            long turnBy) {
        return acquiring.acquire(new Demand(key, settings, handler, priority, deadline, turnBy));
    }

    /**
     * As {@link #acquire}, but without waiting: {@code null} where no session is open and free.
     *
     * @throws CapabilityException {@code shutting_down}
     */
    public @Nullable Lease acquireNow(
            SessionKey key, SessionSettings settings, SessionHandler handler, Priority priority, long deadline) {
        return acquiring.acquireNow(new Demand(key, settings, handler, priority, deadline, deadline));
    }

    /**
     * Gives up exactly the session of this lease; a newer one in its place stays. The lease must be
     * released all the same. True for one caller, false if the session had left the pool already.
     */
    public boolean discard(Lease lease, CloseReason reason) {
        return leases.discard(lease.pooled(), reason);
    }

    /** Gives up all sessions whose key matches; takes time with the number of sessions. Says how many. */
    public int discardIf(Predicate<SessionKey> matches, CloseReason reason) {
        return leases.discardIf(matches, reason);
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
        end(Duration.ZERO);
    }

    /**
     * Closes, and says what became of the sessions there were.
     *
     * @param patience how long to wait for the closings; at least as long as one may take
     */
    public SessionsAtEnd end(Duration patience) {
        opener.shutDown();
        lines.wakeAll();
        slots.clear();
        return closer.closeAll(patience);
    }

    /** Does at once what the scheduler would do soon: drops sessions whose time is over. */
    void tidy() {
        slots.tidy();
    }
}
