package dev.serai.admission;

import dev.serai.invocation.BusyException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Priority;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls in. Where permits are free a call takes them without a lock; else it waits, without a thread, where it
 * was refused, and the best of those who wait there goes on when one comes free.
 */
public final class Admission {
    private static final int LONGEST_RETRY_SECONDS = 60;
    private static final int SMOOTHING = 16;

    private final AdmissionLimits limits;
    private final Timer timers;
    private final Gates gates;
    private final Turnstile turnstile;

    private final LongAdder refusedFull = new LongAdder();
    private final LongAdder refusedTimeout = new LongAdder();
    private volatile boolean closed;
    private volatile boolean closedForAll;
    private volatile long closedNanos;
    /** A moving average; an update that is lost to a race does no harm. */
    private volatile long usualHoldNanos;

    public Admission(AdmissionLimits limits, Timer timers) {
        this.limits = limits;
        this.timers = timers;
        this.gates = new Gates(limits);
        this.turnstile = new Turnstile(gates);
    }

    /**
     * A place for a call that has yet to enter.
     *
     * @param outer the place of the call around this one, which is never waited for; {@code null} without one
     * @param arrivedNanos {@link System#nanoTime()} when it was accepted
     * @throws CapabilityException {@code shutting_down} where that was too late
     */
    public Place place(Wish wish, Priority priority, @Nullable Place outer, long arrivedNanos, Place.Outcome outcome) {
        if (outer == null && (closedForAll || (closed && arrivedNanos - closedNanos >= 0))) {
            throw shuttingDown();
        }
        return new Place(gates.of(wish, outer), priority, outcome);
    }

    /**
     * Asks for the permits; true where the place has them now, false where its outcome is told later.
     *
     * @param longest how long it may wait
     * @param deadlineNanos {@link System#nanoTime()} by which waiting is in vain
     * @throws CapabilityException {@code too_many_requests} where the queue is full
     */
    public boolean enter(Place place, Duration longest, long deadlineNanos) {
        place.since(System.nanoTime());
        if (turnstile.pass(place)) {
            return true;
        }
        if (!turnstile.reserve(limits.queueMax())) {
            refusedFull.increment();
            throw new BusyException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    "too many calls are in progress, and " + limits.queueMax() + " wait already",
                    retryAfterSeconds());
        }
        try {
            if (turnstile.join(place)) {
                return true;
            }
            long wait = Math.min(longest.toNanos(), deadlineNanos - System.nanoTime());
            place.timer(timers.newTimeout(due -> refuse(place, tooLong()), Math.max(0, wait), TimeUnit.NANOSECONDS));
            return false;
        } catch (RuntimeException | Error e) {
            if (turnstile.withdraw(place)) {
                throw e;
            }
            // Its outcome is being told already.
            return false;
        }
    }

    /** Takes a place that waits out of the queue; without effect on any other. */
    public void refuse(Place place, CapabilityException why) {
        if (!turnstile.withdraw(place)) {
            return;
        }
        if (why.code() == ErrorCode.QUEUE_TIMEOUT) {
            refusedTimeout.increment();
        }
        place.outcome().refused(why);
    }

    /** The call has ended, whatever became of it: it waits no longer, and who waits for its permits goes on. */
    public void leave(Place place) {
        long held = System.nanoTime() - place.since();
        if (turnstile.leave(place)) {
            long usual = usualHoldNanos;
            usualHoldNanos = usual + (held - usual) / SMOOTHING;
        } else {
            turnstile.withdraw(place);
        }
    }

    /** Calls that arrive from now on are refused; those accepted before go on. */
    public void closeForNew() {
        closedNanos = System.nanoTime();
        closed = true;
    }

    /** From now on nobody is let in who has no place yet. */
    public void closeForAll() {
        closedForAll = true;
    }

    /** Refuses all that wait. */
    public void refuseQueued() {
        turnstile.waiting().forEach(place -> refuse(place, shuttingDown()));
    }

    public AdmissionSnapshot snapshot() {
        Gate global = gates.global();
        return new AdmissionSnapshot(
                global.inUse(),
                global.limit(),
                turnstile.depth(Priority.HIGH),
                turnstile.depth(Priority.MEDIUM),
                turnstile.depth(Priority.LOW),
                limits.queueMax(),
                refusedFull.sum(),
                refusedTimeout.sum(),
                closed);
    }

    private int retryAfterSeconds() {
        long nanos = usualHoldNanos / limits.inFlight() * (turnstile.queued() + 1);
        return (int) Math.min(LONGEST_RETRY_SECONDS, 1 + TimeUnit.NANOSECONDS.toSeconds(nanos));
    }

    private CapabilityException tooLong() {
        return new BusyException(ErrorCode.QUEUE_TIMEOUT, "the call waited too long for its turn", retryAfterSeconds());
    }

    private static CapabilityException shuttingDown() {
        return new CapabilityException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down");
    }
}
