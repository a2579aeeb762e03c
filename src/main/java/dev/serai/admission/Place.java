package dev.serai.admission;

import dev.serai.invocation.AgeingLine;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Priority;
import io.netty.util.Timeout;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One call's way in: it may wait, then holds a permit of each of its gates, and gives them back once. */
public final class Place implements AgeingLine.Waiting {
    /** What becomes of a place that has to wait; told once. Must be quick. */
    public interface Outcome {
        void admitted();

        void refused(CapabilityException why);
    }

    enum State {
        NEW,
        WAITING,
        HELD,
        GONE
    }

    private final Gate[] gates;
    private final Priority priority;
    private final Outcome outcome;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private long since;
    private @Nullable Gate at;
    private volatile @Nullable Timeout timer;

    Place(Gate[] gates, Priority priority, Outcome outcome) {
        this.gates = gates;
        this.priority = priority;
        this.outcome = outcome;
    }

    Gate[] gates() {
        return gates;
    }

    @Override
    public Priority priority() {
        return priority;
    }

    Outcome outcome() {
        return outcome;
    }

    /** {@link System#nanoTime()} since when it waits or holds. */
    @Override
    public long since() {
        return since;
    }

    void since(long nanos) {
        since = nanos;
    }

    boolean change(State from, State to) {
        return state.compareAndSet(from, to);
    }

    boolean isWaiting() {
        return state.get() == State.WAITING;
    }

    void timer(Timeout giveUp) {
        timer = giveUp;
        if (!isWaiting()) {
            giveUp.cancel();
        }
    }

    void cancelTimer() {
        Timeout set = timer;
        if (set != null) {
            set.cancel();
        }
    }

    /** Waits at this gate, and no other. */
    void moveTo(@Nullable Gate gate) {
        if (at != null) {
            at.quit(this);
        }
        at = gate;
        if (gate != null) {
            gate.join(this);
        }
    }

    @Nullable
    Gate at() {
        return at;
    }

    boolean holds(Gate gate) {
        for (Gate mine : gates) {
            if (mine == gate) {
                return true;
            }
        }
        return false;
    }
}
