package dev.serai.flow;

import dev.serai.http.BrokenAnswerException;
import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamUnreachableException;
import dev.serai.invocation.CallLabel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import dev.serai.policy.RetryRule;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Judges a try that failed: another follows after a pause, in which no thread and no session waits, where the failure may
 * pass, a repetition is safe and the deadline leaves time for it. Otherwise the failure is the call's.
 */
public final class JudgeTry extends AsyncProcessorSupport implements NonBlocking {
    private static final int TOO_MANY_REQUESTS = 429;
    /** Of RFC 9110 section 15.6, and 408: what another try may not meet again. */
    private static final Set<Integer> MAY_PASS = Set.of(408, TOO_MANY_REQUESTS, 500, 502, 503, 504);

    private final HashedWheelTimer timers;
    private final Workers workers;
    private final LongAdder retries = new LongAdder();

    public JudgeTry(HashedWheelTimer timers, Workers workers) {
        this.timers = timers;
        this.workers = workers;
    }

    /** Tries after the first, so far. */
    public long retries() {
        return retries.sum();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Invocation invocation = Invocation.of(exchange);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        long pause = pause(exchange, invocation, failure);
        if (pause < 0) {
            exchange.setException(failure);
            callback.done(true);
            return true;
        }
        retries.increment();
        invocation.policy.tries++;
        if (invocation.attempt != null) {
            invocation.attempt.call().decided(failure);
        }
        Remains.clear(exchange);
        invocation.forgetTry();
        new Pause(exchange, invocation, callback).begin(pause);
        return false;
    }

    /** Milliseconds; -1 where no other try follows. */
    private static long pause(Exchange exchange, Invocation invocation, @Nullable Exception failure) {
        RetryRule rule = Objects.requireNonNull(
                Objects.requireNonNull(invocation.plan().policies()).retry());
        if (invocation.life.stage().isEnd() || !mayPass(exchange, invocation, failure)) {
            return -1;
        }
        Refusal refusal = Refusal.in(failure);
        long asked = refusal == null ? 0 : TimeUnit.SECONDS.toMillis(refusal.retryAfterSeconds());
        long pause = rule.pauseMillis(invocation.policy.tries, asked);
        long left = TimeUnit.NANOSECONDS.toMillis(invocation.deadlineNanos - System.nanoTime());
        return pause < left ? pause : -1;
    }

    private static boolean mayPass(Exchange exchange, Invocation invocation, @Nullable Exception failure) {
        boolean idempotent = invocation.plan().idempotent();
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call != null && call.worked() && !idempotent) {
            return false;
        }
        Refusal refusal = Refusal.in(failure);
        if (refusal != null) {
            return refusal.status() == TOO_MANY_REQUESTS || (idempotent && MAY_PASS.contains(refusal.status()));
        }
        if (failure instanceof UpstreamUnreachableException e && e.beforeWork()) {
            return true;
        }
        CapabilityException told = Refusal.told(failure);
        if (told != null && told.code() == ErrorCode.SESSION_UNAVAILABLE) {
            return true;
        }
        return idempotent && (failure instanceof BrokenAnswerException || Replay.brokeOff(failure));
    }

    /** The time until the next try; a stop of the call ends it. */
    private final class Pause {
        private final Exchange exchange;
        private final Invocation invocation;
        private final AsyncCallback callback;
        private final Runnable stop = this::goOn;
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile @Nullable Timeout timer;

        Pause(Exchange exchange, Invocation invocation, AsyncCallback callback) {
            this.exchange = exchange;
            this.invocation = invocation;
            this.callback = callback;
        }

        /** The thread leaves the call, which may go on at once; so nothing is thrown. */
        void begin(long millis) {
            try {
                CallLabel.set(invocation.outer);
                timer = timers.newTimeout(due -> goOn(), millis, TimeUnit.MILLISECONDS);
                invocation.life.work().onStop(stop);
            } catch (RuntimeException | Error e) {
                goOn();
            }
        }

        private void goOn() {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            Timeout waiting = timer;
            if (waiting != null) {
                waiting.cancel();
            }
            workers.execute(() -> {
                try {
                    invocation.life.work().forget(stop);
                    CallLabel.set(invocation);
                    Stops.check(invocation.life.stage());
                    invocation.policy.tryDue = true;
                } catch (RuntimeException | Error e) {
                    exchange.setException(e);
                }
                callback.done(false);
            });
        }
    }
}
