package dev.serai.admission;

import dev.serai.invocation.BusyException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Priority;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
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
    /** Guards the lines of all gates. */
    private final ReentrantLock lock = new ReentrantLock();

    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicIntegerArray depth = new AtomicIntegerArray(Priority.values().length);
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
        if (acquire(place, true) == null) {
            place.change(Place.State.NEW, Place.State.HELD);
            return true;
        }
        if (queued.incrementAndGet() > limits.queueMax()) {
            queued.decrementAndGet();
            refusedFull.increment();
            throw new BusyException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    "too many calls are in progress, and " + limits.queueMax() + " wait already",
                    retryAfterSeconds());
        }
        depth.incrementAndGet(place.priority().steps());
        lock.lock();
        try {
            place.change(Place.State.NEW, Place.State.WAITING);
            if (settle(place)) {
                return true;
            }
        } finally {
            lock.unlock();
        }
        long wait = Math.min(longest.toNanos(), deadlineNanos - System.nanoTime());
        place.timer(timers.newTimeout(due -> refuse(place, tooLong()), Math.max(0, wait), TimeUnit.NANOSECONDS));
        return false;
    }

    /** Takes a place that waits out of the queue; without effect on any other. */
    public void refuse(Place place, CapabilityException why) {
        lock.lock();
        try {
            if (!place.change(Place.State.WAITING, Place.State.GONE)) {
                return;
            }
            unqueue(place);
        } finally {
            lock.unlock();
        }
        if (why.code() == ErrorCode.QUEUE_TIMEOUT) {
            refusedTimeout.increment();
        }
        place.outcome().refused(why);
    }

    /** The call has ended: who waits for its permits goes on. */
    public void leave(Place place) {
        if (place.change(Place.State.HELD, Place.State.GONE)) {
            long held = System.nanoTime() - place.since();
            long usual = usualHoldNanos;
            usualHoldNanos = usual + (held - usual) / SMOOTHING;
            for (Gate gate : place.gates()) {
                giveBack(gate);
            }
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
        List<Place> waiting = new ArrayList<>();
        lock.lock();
        try {
            gates.all().forEach(gate -> waiting.addAll(gate.all()));
        } finally {
            lock.unlock();
        }
        waiting.forEach(place -> refuse(place, shuttingDown()));
    }

    public AdmissionSnapshot snapshot() {
        Gate global = gates.global();
        return new AdmissionSnapshot(
                global.inUse(),
                global.limit(),
                depth.get(0),
                depth.get(1),
                depth.get(2),
                limits.queueMax(),
                refusedFull.sum(),
                refusedTimeout.sum(),
                closed);
    }

    /** The gate that has no permit for this place, or {@code null} where all are taken. */
    private @Nullable Gate acquire(Place place, boolean arriving) {
        Gate[] needed = place.gates();
        for (int i = 0; i < needed.length; i++) {
            if (!acquire(place, i, arriving)) {
                for (int taken = 0; taken < i; taken++) {
                    if (arriving) {
                        giveBack(needed[taken]);
                    } else {
                        needed[taken].release();
                    }
                }
                return needed[i];
            }
        }
        return null;
    }

    /** Nobody takes a permit for which another waits who goes first. */
    private boolean acquire(Place place, int index, boolean arriving) {
        Gate[] needed = place.gates();
        while (true) {
            Gate gate = needed[index];
            if (arriving ? gate.isAwaited() : gate.isAwaitedBefore(place)) {
                return false;
            }
            if (gate.tryAcquire()) {
                return true;
            }
            if (!gate.isClosed()) {
                return false;
            }
            needed[index] = gates.instead(gate);
        }
    }

    private void giveBack(Gate gate) {
        gate.release();
        if (gate.isAwaited()) {
            dispatch(gate);
        }
    }

    private void dispatch(Gate gate) {
        List<Place> admitted = new ArrayList<>(1);
        lock.lock();
        try {
            Place best = gate.best();
            while (best != null && gate.hasRoom()) {
                if (settle(best)) {
                    admitted.add(best);
                } else if (best.at() == gate) {
                    break;
                }
                best = gate.best();
            }
        } finally {
            lock.unlock();
        }
        admitted.forEach(place -> place.outcome().admitted());
    }

    /** Takes the permits, or waits where one is missing. It joins before it looks again, so no release is missed. */
    private boolean settle(Place place) {
        while (true) {
            Gate refused = acquire(place, false);
            if (refused == null) {
                place.change(Place.State.WAITING, Place.State.HELD);
                unqueue(place);
                place.since(System.nanoTime());
                return true;
            }
            if (place.at() != refused) {
                place.moveTo(refused);
            }
            // Where there is room for one who goes first, whoever made that room is about to let them in.
            if (!refused.hasRoom() || refused.isAwaitedBefore(place)) {
                return false;
            }
        }
    }

    private void unqueue(Place place) {
        place.moveTo(null);
        place.cancelTimer();
        queued.decrementAndGet();
        depth.decrementAndGet(place.priority().steps());
    }

    private int retryAfterSeconds() {
        long nanos = usualHoldNanos / limits.inFlight() * (queued.get() + 1);
        return (int) Math.min(LONGEST_RETRY_SECONDS, 1 + TimeUnit.NANOSECONDS.toSeconds(nanos));
    }

    private CapabilityException tooLong() {
        return new BusyException(ErrorCode.QUEUE_TIMEOUT, "the call waited too long for its turn", retryAfterSeconds());
    }

    private static CapabilityException shuttingDown() {
        return new CapabilityException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down");
    }
}
