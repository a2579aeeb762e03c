package dev.serai.session;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens sessions in bounded time and remembers failures for a while, so that a dead server is left in peace. */
final class Opener {
    private static final int MAX_CAUSE_LENGTH = 200;

    private final PoolLimits limits;
    private final Ticker ticker;
    private final TimeLimit timeLimit;
    private final Closer closer;
    private final PoolCounters counters;
    private final Consumer<Opening> whenFailed;
    private final Failures failures;
    private final Servers servers;
    private final KeepAlive keepAlive;
    private final OpeningGate gate;
    private final Set<Opening> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger runningCount = new AtomicInteger();
    private volatile boolean shutDown;

    /** @param whenFailed called before the waiting callers learn of the failure */
    Opener(
            PoolLimits limits,
            Ticker ticker,
            TimeLimit timeLimit,
            Closer closer,
            PoolCounters counters,
            Failures failures,
            Servers servers,
            KeepAlive keepAlive,
            Consumer<Opening> whenFailed) {
        this.limits = limits;
        this.ticker = ticker;
        this.timeLimit = timeLimit;
        this.closer = closer;
        this.counters = counters;
        this.whenFailed = whenFailed;
        this.failures = failures;
        this.servers = servers;
        this.keepAlive = keepAlive;
        this.gate = new OpeningGate(limits.maxConcurrentOpens(), this::begin);
    }

    /** Hands the opening to the executor, or fails it at once. */
    void start(Opening opening) {
        CapabilityException earlier = failures.last(opening.key());
        if (earlier != null && !failures.claimTry(opening.key())) {
            end(opening, earlier);
        } else if (runningCount.incrementAndGet() > limits.maxSessions()) {
            runningCount.decrementAndGet();
            failures.undecided(opening.key());
            end(opening, new CapabilityException(ErrorCode.TOO_MANY_REQUESTS, "Too many sessions are being opened"));
        } else {
            opening.triesAfter(earlier, ticker.read());
            run(opening);
        }
    }

    /** Whether an opening would be tried and not be answered with an earlier failure. */
    boolean mayTry(SessionKey key) {
        return failures.mayTry(key);
    }

    /** Sessions being opened now. */
    int running() {
        return runningCount.get();
    }

    /** Fails with {@code shutting_down} after {@link #shutDown}. */
    void refuseWhenShutDown() {
        if (shutDown) {
            throw shuttingDown();
        }
    }

    /** Ends every opening; what a server still answers is closed. */
    void shutDown() {
        shutDown = true;
        running.forEach(this::refuse);
    }

    private void refuse(Opening opening) {
        end(opening, shuttingDown());
    }

    private static CapabilityException shuttingDown() {
        return new CapabilityException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down");
    }

    private void run(Opening opening) {
        running.add(opening);
        var unused = opening.whenComplete((session, failure) -> {
            running.remove(opening);
            runningCount.decrementAndGet();
        });
        if (shutDown) {
            refuse(opening);
            return;
        }
        gate.enter(opening);
    }

    /** False where it has ended while it waited: it is shut down, or others did not reach the server meanwhile. */
    private boolean begin(Opening opening) {
        CapabilityException meanwhile = opening.isTry() ? null : failures.last(opening.key());
        if (meanwhile != null) {
            end(opening, meanwhile);
        }
        if (opening.isDecided()) {
            return false;
        }
        timeLimit.start(() -> open(opening), limits.openTimeout(), failure -> {
            if (failure != null) {
                fail(opening, failure);
            }
            gate.leave(opening);
        });
        return true;
    }

    private void open(Opening opening) throws Exception {
        if (!opening.isDecided()) {
            succeed(opening, opening.handler().open());
        }
    }

    private void succeed(Opening opening, @Nullable Session session) {
        if (session == null) {
            throw new IllegalStateException("the provider gave no session");
        }
        PooledSession pooled = new PooledSession(opening, session, ticker.read(), limits.drainTimeout());
        counters.opened(pooled.openedFor());
        failures.succeeded(opening.key());
        closer.watch(pooled);
        if (opening.decide()) {
            keepAlive.watch(pooled);
            opening.succeed(pooled);
        } else {
            pooled.retire(CloseReason.LATE);
            pooled.release();
        }
    }

    private void fail(Opening opening, Throwable failure) {
        CapabilityException told = explain(opening.key(), failure);
        if (opening.decide()) {
            counters.openFailures.increment();
            servers.failed(opening.key(), told.code());
            if (isUnreached(failure, told)) {
                failures.unreached(opening, told);
            } else {
                failures.refused(opening, told);
            }
            whenFailed.accept(opening);
            opening.fail(told);
        }
    }

    private static boolean isUnreached(Throwable failure, CapabilityException told) {
        return failure instanceof TimeoutException
                || failure instanceof IOException
                || told.code() == ErrorCode.UPSTREAM_UNAVAILABLE
                || told.code() == ErrorCode.TIMEOUT;
    }

    private void end(Opening opening, CapabilityException reason) {
        if (opening.decide()) {
            whenFailed.accept(opening);
            opening.fail(reason);
        }
    }

    private CapabilityException explain(SessionKey key, Throwable cause) {
        if (cause instanceof CapabilityException known) {
            return known;
        }
        String what = "No session with provider '" + key.provider() + "': ";
        if (cause instanceof TimeoutException) {
            return new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    what + "opening one took longer than "
                            + limits.openTimeout().toMillis() + " ms");
        }
        return new CapabilityException(ErrorCode.SESSION_UNAVAILABLE, what + brief(cause), cause);
    }

    private static String brief(Throwable cause) {
        String text = (cause.getClass().getSimpleName() + ": " + cause.getMessage()).replaceAll("\\p{Cntrl}", " ");
        return text.substring(0, Math.min(MAX_CAUSE_LENGTH, text.length()));
    }
}
