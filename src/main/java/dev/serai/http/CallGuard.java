package dev.serai.http;

import dev.serai.lifecycle.Work;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends one HTTP exchange at its deadline, or when its invocation is stopped, whatever it is doing: leasing,
 * connecting, waiting or reading.
 */
final class CallGuard implements AutoCloseable {
    private final @Nullable Work invocation;
    private final @Nullable Timeout timer;
    private final Runnable stop = this::expire;
    private boolean expired;
    private @Nullable Runnable cut;

    CallGuard(HashedWheelTimer timers, UpstreamCall call) {
        this.invocation = call.work();
        if (invocation == null || call.isOutlived()) {
            long left = Math.max(0, call.deadlineNanos() - System.nanoTime());
            this.timer = timers.newTimeout(due -> expire(), left, TimeUnit.NANOSECONDS);
        } else {
            // Its own timer stops it at the deadline.
            this.timer = null;
        }
        if (invocation != null) {
            invocation.onStop(stop);
        }
    }

    /** From now on this is what ends the exchange; at once where its time has come. It must not block or throw. */
    void attach(Runnable cut) {
        synchronized (this) {
            this.cut = cut;
            if (!expired) {
                return;
            }
        }
        cut.run();
    }

    synchronized boolean expired() {
        return expired;
    }

    private void expire() {
        Runnable now;
        synchronized (this) {
            expired = true;
            now = cut;
        }
        if (now != null) {
            now.run();
        }
    }

    @Override
    public void close() {
        if (invocation != null) {
            invocation.forget(stop);
        }
        if (timer != null) {
            timer.cancel();
        }
    }
}
