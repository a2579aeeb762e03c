package dev.serai.admission;

import dev.serai.invocation.Priority;
import dev.serai.invocation.Traces;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes and gives back the permits of the gates, and keeps those that wait for one. Whatever a call that is let in does,
 * also where it fails at once, the next ones get their turn.
 */
final class Turnstile {
    private static final Logger LOG = LoggerFactory.getLogger(Turnstile.class);

    /** What a thread that lets others in has to let in yet: one nested in the other they would end its stack. */
    private static final ThreadLocal<@Nullable ArrayDeque<Runnable>> TODO = new ThreadLocal<>();

    private final Gates gates;
    /** Guards the lines of all gates. */
    private final ReentrantLock lock = new ReentrantLock();

    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicIntegerArray depth = new AtomicIntegerArray(Priority.values().length);

    Turnstile(Gates gates) {
        this.gates = gates;
    }

    /** Takes the permits of a new place, if they are free and nobody waits for them. */
    boolean pass(Place place) {
        return acquire(place, true) == null && place.change(Place.State.NEW, Place.State.HELD);
    }

    /** Counts one more that waits, if there may be one. */
    boolean reserve(int most) {
        if (queued.incrementAndGet() > most) {
            queued.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Queues a new place for which that was counted; true where it has its permits after all. */
    boolean join(Place place) {
        depth.incrementAndGet(place.priority().steps());
        lock.lock();
        try {
            place.change(Place.State.NEW, Place.State.WAITING);
            return settle(place);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a place out of the queue; true where it waited. */
    boolean withdraw(Place place) {
        lock.lock();
        try {
            boolean waited = place.change(Place.State.WAITING, Place.State.GONE);
            if (waited) {
                unqueue(place);
            }
            return waited;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the permits back; true where it held them. */
    boolean leave(Place place) {
        boolean held = place.change(Place.State.HELD, Place.State.GONE);
        if (held) {
            for (Gate gate : place.gates()) {
                giveBack(gate);
            }
        }
        return held;
    }

    List<Place> waiting() {
        List<Place> waiting = new ArrayList<>();
        lock.lock();
        try {
            gates.all().forEach(gate -> waiting.addAll(gate.all()));
        } finally {
            lock.unlock();
        }
        return waiting;
    }

    int queued() {
        return queued.get();
    }

    int depth(Priority priority) {
        return depth.get(priority.steps());
    }

    /** The gate that has no permit for this place, or {@code null} where all are taken. */
    private @Nullable Gate acquire(Place place, boolean arriving) {
        Gate[] needed = place.gates();
        int taken = 0;
        try {
            while (taken < needed.length && acquire(place, taken, arriving)) {
                taken++;
            }
        } finally {
            for (int i = 0; taken < needed.length && i < taken; i++) {
                if (arriving) {
                    giveBack(needed[i]);
                } else {
                    needed[i].release();
                }
            }
        }
        return taken < needed.length ? needed[taken] : null;
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
        ArrayDeque<Runnable> outer = TODO.get();
        if (outer != null) {
            outer.add(() -> letIn(gate));
            return;
        }
        ArrayDeque<Runnable> mine = new ArrayDeque<>();
        TODO.set(mine);
        try {
            letIn(gate);
            for (Runnable next = mine.poll(); next != null; next = mine.poll()) {
                next.run();
            }
        } finally {
            TODO.remove();
        }
    }

    private void letIn(Gate gate) {
        List<Place> admitted = new ArrayList<>(1);
        try {
            settleAll(gate, admitted);
        } finally {
            admitted.forEach(this::tell);
        }
    }

    /** One that cannot be told has no use for its permits. */
    private void tell(Place place) {
        try {
            place.outcome().admitted();
        } catch (RuntimeException | Error e) {
            LOG.error("a call that was let in could not go on: {}", Traces.of(e));
            leave(place);
        }
    }

    private void settleAll(Gate gate, List<Place> admitted) {
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
}
