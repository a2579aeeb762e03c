package dev.serai.lifecycle;

import dev.serai.invocation.Caller;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One invocation from its arrival to its end: stages follow each other by compare-and-set, and of all ends the first
 * one counts. Holds no argument, result or secret.
 */
public final class InvocationLife {
    private final Caller caller;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.RECEIVED);
    private final Work work = new Work();
    private final long receivedNanos;
    private volatile String requestId;
    private volatile @Nullable String capabilityId;
    private volatile @Nullable HangUp awaitedBy;
    private volatile long queuedNanos;
    private volatile long admittedNanos;
    private volatile long callingNanos;
    private volatile long endedNanos;

    /**
     * A life that begins.
     *
     * @param requestId made up, until the caller's own is known
     * @param receivedNanos {@link System#nanoTime()} of the arrival
     */
    public InvocationLife(String requestId, Caller caller, long receivedNanos) {
        this.requestId = requestId;
        this.caller = caller;
        this.receivedNanos = receivedNanos;
    }

    public Stage stage() {
        return Objects.requireNonNull(stage.get());
    }

    public Caller caller() {
        return caller;
    }

    public String requestId() {
        return requestId;
    }

    /** What the caller asked for; {@code null} as long as it is not known. */
    public @Nullable String capabilityId() {
        return capabilityId;
    }

    public void requestId(String given) {
        requestId = given;
    }

    public void capabilityId(String asked) {
        capabilityId = asked;
    }

    /** The remote request that waits for it; {@code null} where it was made in this process. */
    public @Nullable HangUp awaitedBy() {
        return awaitedBy;
    }

    void awaitedBy(@Nullable HangUp request) {
        awaitedBy = request;
    }

    /** What it does, to be stopped by {@link #stop}. */
    public Work work() {
        return work;
    }

    /** Goes on to a later stage; false where it has been reached or the invocation has ended. */
    public boolean advance(Stage next) {
        Stage now = stage();
        while (now.compareTo(next) < 0 && !now.isEnd()) {
            if (stage.compareAndSet(now, next)) {
                note(next, System.nanoTime());
                return true;
            }
            now = stage();
        }
        return false;
    }

    /** Ends it; false where it has ended, whose end stays. */
    public boolean end(Stage end) {
        boolean first = advance(end);
        if (first) {
            work.letGo();
        }
        return first;
    }

    /** Ends it and stops what it does; false where it has ended by itself. The work may go on for a moment. */
    public boolean stop(Stage end) {
        boolean first = advance(end);
        if (first) {
            work.stop();
        }
        return first;
    }

    private void note(Stage reached, long now) {
        switch (reached) {
            case RECEIVED -> throw new IllegalArgumentException("an invocation arrives once");
            case QUEUED -> queuedNanos = now;
            case ADMITTED -> admittedNanos = now;
            case CALLING -> callingNanos = now;
            default -> endedNanos = now;
        }
    }

    public long receivedNanos() {
        return receivedNanos;
    }

    /** Nanoseconds spent waiting for admission so far; 0 where it did not wait. */
    public long inQueueNanos() {
        return queuedNanos == 0 ? 0 : between(queuedNanos, first(admittedNanos, endedNanos));
    }

    /** Nanoseconds from admission to the first call of the provider: credential and session; 0 before that. */
    public long preparingNanos() {
        return admittedNanos == 0 ? 0 : between(admittedNanos, first(callingNanos, endedNanos));
    }

    /** Nanoseconds since the provider was first called, retries and renewals included; 0 before that. */
    public long inCallNanos() {
        return callingNanos == 0 ? 0 : between(callingNanos, endedNanos);
    }

    private static long first(long early, long late) {
        return early == 0 ? late : early;
    }

    private static long between(long from, long to) {
        return Math.max(0, (to == 0 ? System.nanoTime() : to) - from);
    }
}
