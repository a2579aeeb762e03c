package dev.serai.http;

import dev.serai.lifecycle.Work;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * Ends one HTTP exchange at its deadline, or when its invocation is stopped, whatever it is doing: leasing,
 * connecting, waiting or reading.
 */
final class CallGuard implements AutoCloseable {
    private final HashedWheelTimer timers;
    private final long deadlineNanos;
    private final @Nullable Work invocation;
    private final Runnable stop = this::expire;
    private @Nullable Timeout timer;
    private boolean expired;
    private @Nullable Cancellable work;

    CallGuard(HashedWheelTimer timers, UpstreamCall call) {
        this.timers = timers;
        this.deadlineNanos = call.deadlineNanos();
        this.invocation = call.work();
        if (invocation == null) {
            long left = Math.max(0, deadlineNanos - System.nanoTime());
            this.timer = timers.newTimeout(t -> expire(), left, TimeUnit.NANOSECONDS);
        } else {
            // Its own timer stops it at the deadline.
            invocation.onStop(stop);
        }
    }

    /** From now on {@code work} is what the deadline cancels; cancelled at once where it has passed. */
    synchronized void attach(Cancellable work) {
        this.work = work;
        if (expired) {
            work.cancel();
        }
    }

    /** Brings the deadline forward: so many milliseconds from now at the latest. */
    synchronized void hasten(long millis) {
        long left = Math.min(TimeUnit.MILLISECONDS.toNanos(millis), deadlineNanos - System.nanoTime());
        cancelTimer();
        timer = timers.newTimeout(t -> expire(), Math.max(0, left), TimeUnit.NANOSECONDS);
    }

    synchronized boolean expired() {
        return expired;
    }

    /** Cuts the connection: for an answer that is not read to its end. */
    synchronized void abort() {
        if (work != null) {
            work.cancel();
        }
    }

    private synchronized void expire() {
        expired = true;
        abort();
    }

    @Override
    public void close() {
        if (invocation != null) {
            invocation.forget(stop);
        }
        cancelTimer();
    }

    private synchronized void cancelTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
