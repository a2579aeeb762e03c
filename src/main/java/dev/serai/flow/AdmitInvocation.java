package dev.serai.flow;

import dev.serai.admission.Admission;
import dev.serai.admission.Place;
import dev.serai.admission.Wish;
import dev.serai.invocation.CallLabel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.lifecycle.Stage;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import io.netty.util.HashedWheelTimer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/** Lets a call in. One that has to wait gives its thread back, and goes on with another. */
public final class AdmitInvocation extends AsyncProcessorSupport implements NonBlocking {
    private final Admission admission;
    private final HashedWheelTimer timers;
    private final Workers workers;

    public AdmitInvocation(Admission admission, HashedWheelTimer timers, Workers workers) {
        this.admission = admission;
        this.timers = timers;
        this.workers = workers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Invocation invocation = Invocation.of(exchange);
        Turn turn = new Turn(invocation, exchange, callback);
        try {
            Plan plan = invocation.plan();
            Wish wish = new Wish(
                    plan.capability().id(),
                    plan.maxInFlight(),
                    plan.provider(),
                    plan.serverUrl(),
                    invocation.life.caller().name());
            Place outer = invocation.outer == null ? null : invocation.outer.place;
            Place place = admission.place(wish, invocation.priority, outer, invocation.life.receivedNanos(), turn);
            turn.place = place;
            invocation.hold(admission, place);
            if (!admission.enter(place, plan.timeouts().queue(), invocation.deadlineNanos)) {
                turn.leave();
                return false;
            }
            invocation.admitted(timers);
        } catch (RuntimeException | Error e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    /** What follows the wait. */
    private final class Turn implements Place.Outcome {
        private final Invocation invocation;
        private final Exchange exchange;
        private final AsyncCallback callback;
        private final Runnable cancel = this::cancel;
        private @Nullable Place place;
        private boolean noted;
        private boolean over;

        Turn(Invocation invocation, Exchange exchange, AsyncCallback callback) {
            this.invocation = invocation;
            this.exchange = exchange;
            this.callback = callback;
        }

        /** The thread leaves the call to its outcome, which may be told already; so nothing is thrown any more. */
        private void leave() {
            try {
                queued();
                CallLabel.set(invocation.outer);
                stoppable();
            } catch (RuntimeException | Error e) {
                withdraw(new CapabilityException(
                        ErrorCode.INTERNAL_ERROR, "the call failed while it waited for its turn", e));
            }
        }

        /** Noted by whoever comes first, the thread that leaves or the one that goes on, before either does more. */
        private synchronized void queued() {
            if (!noted) {
                noted = true;
                invocation.life.advance(Stage.QUEUED);
                invocation.spans.event("queued");
            }
        }

        /** A stop takes it out of the queue, unless it has gone on: then it would be held by what is long over. */
        private synchronized void stoppable() {
            if (!over) {
                invocation.life.work().onStop(cancel);
            }
        }

        private synchronized void goneOn() {
            over = true;
            invocation.life.work().forget(cancel);
        }

        @Override
        public void admitted() {
            goOn(() -> invocation.admitted(timers));
        }

        @Override
        public void refused(CapabilityException why) {
            goOn(() -> exchange.setException(why));
        }

        private void cancel() {
            withdraw(new CapabilityException(ErrorCode.CANCELLED, "the caller has gone"));
        }

        private void withdraw(CapabilityException why) {
            if (place != null) {
                admission.refuse(place, why);
            }
        }

        private void goOn(Runnable first) {
            workers.execute(() -> {
                try {
                    queued();
                    goneOn();
                    CallLabel.set(invocation);
                    first.run();
                } catch (RuntimeException | Error e) {
                    exchange.setException(e);
                }
                callback.done(false);
            });
        }
    }
}
