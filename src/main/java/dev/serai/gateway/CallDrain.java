package dev.serai.gateway;

import dev.serai.admission.Admission;
import dev.serai.entry.HttpIngress;
import dev.serai.invocation.ErrorCode;
import dev.serai.lifecycle.EndedInvocation;
import dev.serai.lifecycle.HangUp;
import dev.serai.lifecycle.InvocationLife;
import dev.serai.lifecycle.InvocationListener;
import dev.serai.lifecycle.Invocations;
import dev.serai.lifecycle.Stage;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets the calls end that are in progress or wait for admission, takes no others, and stops what takes too long. */
final class CallDrain implements InvocationListener {
    /** How long calls that were stopped may take to be answered. */
    private static final long ANSWER_NANOS = 1_000_000_000;

    private final Invocations invocations;
    private final Admission admission;
    private final @Nullable HttpIngress ingress;
    private final Duration timeout;
    private final LongAdder answered = new LongAdder();
    private final LongAdder fromQueue = new LongAdder();
    private final LongAdder stopped = new LongAdder();
    private volatile boolean begun;
    private volatile long deadline;
    /** Requests that are given up although their calls were stopped: those are counted once. */
    private volatile int countedTwice;

    /**
     * Not begun.
     *
     * @param timeout how long calls may take from {@link #begin} on
     */
    CallDrain(Invocations invocations, Admission admission, @Nullable HttpIngress ingress, Duration timeout) {
        this.invocations = invocations;
        this.admission = admission;
        this.ingress = ingress;
        this.timeout = timeout;
    }

    @Override
    public void ended(EndedInvocation invocation) {
        ErrorCode code = invocation.code();
        if (begun && code != ErrorCode.SHUTTING_DOWN && code != ErrorCode.CANCELLED) {
            answered.increment();
            if (invocation.queuedNanos() > 0) {
                fromQueue.increment();
            }
        }
    }

    /** From now on no entry's calls are taken. */
    void begin() {
        deadline = System.nanoTime() + timeout.toNanos();
        begun = true;
        if (ingress != null) {
            ingress.beforeAbandoning(this::stopBeforeAbandoning);
            ingress.drain();
        }
        admission.closeForNew();
    }

    /** {@link System#nanoTime()} when calls have had their time. */
    long deadline() {
        return deadline;
    }

    /** Stops every call, so that its caller is told {@code shutting_down}; waits for the answers, at most a second. */
    void stopAll() {
        admission.closeForAll();
        stop(life -> true);
        admission.refuseQueued();
        GracefulStop.waitWhile(this::isAnswering, System.nanoTime() + ANSWER_NANOS);
    }

    private void stop(Predicate<InvocationLife> which) {
        for (InvocationLife life : invocations.running(Integer.MAX_VALUE)) {
            if (which.test(life) && life.stop(Stage.REJECTED)) {
                stopped.increment();
            }
        }
    }

    long answered() {
        return answered.sum();
    }

    /** Of those answered, how many waited for admission. */
    long fromQueue() {
        return fromQueue.sum();
    }

    /** Calls stopped here, and HTTP requests that the entry gave up whose calls were not among them. */
    long aborted() {
        int abandoned = ingress == null ? 0 : ingress.requestsAbandoned();
        return stopped.sum() + Math.max(0, abandoned - countedTwice);
    }

    /** The HTTP entry's own limit may be shorter, which is no reason to stop the calls of others. */
    private void stopBeforeAbandoning() {
        if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
            stopAll();
        } else {
            stop(life -> life.awaitedBy() != null);
            GracefulStop.waitWhile(() -> !awaited().isEmpty(), System.nanoTime() + ANSWER_NANOS);
        }
        countedTwice = awaited().size();
    }

    /** The remote requests that wait for calls which were stopped. */
    private Set<HangUp> awaited() {
        Set<HangUp> requests = new HashSet<>();
        for (InvocationLife life : invocations.running(Integer.MAX_VALUE)) {
            if (life.awaitedBy() != null && life.stage() == Stage.REJECTED) {
                requests.add(life.awaitedBy());
            }
        }
        return requests;
    }

    private boolean isAnswering() {
        return invocations.inProgress() > 0 || (ingress != null && ingress.requestsInProgress() > 0);
    }
}
