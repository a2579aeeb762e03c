package dev.serai.flow;

import dev.serai.invocation.CallLabel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.loop.Workers;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** A call that waits for others without a thread; what it waits for, its deadline or its stop has it go on, once. */
abstract class Parked {
    final Exchange exchange;
    final Invocation invocation;
    private final AsyncCallback callback;
    private final HashedWheelTimer timers;
    private final Workers workers;
    private final Runnable stop = this::stop;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable Timeout deadline;

    Parked(Exchange exchange, Invocation invocation, AsyncCallback callback, HashedWheelTimer timers, Workers workers) {
        this.exchange = exchange;
        this.invocation = invocation;
        this.callback = callback;
        this.timers = timers;
        this.workers = workers;
    }

    /** It waits no longer, for a reason of its own; false where it has been told already, or is about to be. */
    abstract boolean leave();

    /** The thread leaves the call, which may have been told already; so nothing is thrown any more. */
    final void begin() {
        try {
            CallLabel.set(invocation.outer);
            if (invocation.policy.fallbackNanos > 0) {
                // It goes on after its deadline, with another capability, so nothing stops it there.
                long left = Math.max(0, invocation.deadlineNanos - System.nanoTime());
                deadline = timers.newTimeout(due -> expire(), left, TimeUnit.NANOSECONDS);
            }
            invocation.life.work().onStop(stop);
        } catch (RuntimeException | Error e) {
            if (leave()) {
                goOn(() -> {
                    throw new CapabilityException(
                            ErrorCode.INTERNAL_ERROR, "the call failed while it waited for another", e);
                });
            }
        }
    }

    private void expire() {
        if (leave()) {
            goOn(() -> {
                throw new CapabilityException(
                        ErrorCode.TIMEOUT, "the call that it waited for did not end before the deadline");
            });
        }
    }

    private void stop() {
        if (leave()) {
            goOn(() -> Stops.check(invocation.life.stage()));
        }
    }

    /** A failure of the step is the call's. */
    final void goOn(Step first) {
        if (!told.compareAndSet(false, true)) {
            return;
        }
        workers.execute(() -> {
            try {
                invocation.life.work().forget(stop);
                Timeout waiting = deadline;
                if (waiting != null) {
                    waiting.cancel();
                }
                CallLabel.set(invocation);
                first.run();
            } catch (Exception | Error e) {
                exchange.setException(e);
            }
            callback.done(false);
        });
    }

    /** What a call goes on with. */
    interface Step {
        void run() throws Exception;
    }
}
