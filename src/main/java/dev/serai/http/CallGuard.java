package dev.serai.http;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/** Ends one HTTP exchange at its deadline, whatever it is doing: leasing, connecting, waiting or reading. */
final class CallGuard implements AutoCloseable {
    private final Timeout timer;
    private boolean expired;
    private @Nullable Cancellable work;

    CallGuard(HashedWheelTimer timers, long deadlineNanos) {
        long left = Math.max(0, deadlineNanos - System.nanoTime());
        this.timer = timers.newTimeout(t -> expire(), left, TimeUnit.NANOSECONDS);
    }

    /** From now on {@code work} is what the deadline cancels; cancelled at once where it has passed. */
    synchronized void attach(Cancellable work) {
        this.work = work;
        if (expired) {
            work.cancel();
        }
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
        timer.cancel();
    }
}
