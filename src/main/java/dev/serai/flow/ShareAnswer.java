package dev.serai.flow;

import dev.serai.credential.Credential;
import dev.serai.credential.Credentials;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import dev.serai.policy.AnswerCache;
import dev.serai.policy.AnswerKey;
import dev.serai.policy.Flights;
import dev.serai.policy.KeptAnswer;
import dev.serai.policy.Landing;
import dev.serai.policy.Policies;
import io.netty.util.HashedWheelTimer;
import java.io.IOException;
import java.time.Duration;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Answers a call with the answer of another that asked for the same, where the declaration lets it: one that is kept, or
 * that of a call in progress, for which it waits without a thread.
 */
public final class ShareAnswer extends AsyncProcessorSupport implements NonBlocking {
    private final AnswerCache cache;
    private final Flights flights;
    private final Credentials credentials;
    private final HashedWheelTimer timers;
    private final Workers workers;

    public ShareAnswer(
            AnswerCache cache, Flights flights, Credentials credentials, HashedWheelTimer timers, Workers workers) {
        this.cache = cache;
        this.flights = flights;
        this.credentials = credentials;
        this.timers = timers;
        this.workers = workers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Invocation invocation = Invocation.of(exchange);
        Policies policies = invocation.plan().policies();
        if (policies != null && policies.sharesAnswers()) {
            try {
                AnswerKey key = key(invocation);
                if (key != null && share(exchange, invocation, policies, key, callback)) {
                    return false;
                }
            } catch (IOException | RuntimeException | Error e) {
                exchange.setException(e);
            }
        }
        callback.done(true);
        return true;
    }

    /** Whether it waits for another. */
    private boolean share(
            Exchange exchange, Invocation invocation, Policies policies, AnswerKey key, AsyncCallback callback)
            throws IOException {
        Duration ttl = policies.cacheTtl();
        KeptAnswer kept = ttl == null ? null : cache.find(key);
        if (kept != null) {
            give(exchange, invocation, kept, PolicyState.HIT);
            return false;
        }
        Flights.Boarding boarding = Flights.Boarding.ALONE;
        if (policies.coalesces()) {
            // Before it waits: afterwards it may be over at once.
            invocation.limit(timers);
            Waiting waiting = new Waiting(exchange, invocation, key, ttl, callback);
            boarding = flights.board(key, waiting);
            if (boarding == Flights.Boarding.WAITS) {
                waiting.begin();
                return true;
            }
        }
        owe(exchange, invocation, key, ttl, boarding == Flights.Boarding.LEADS);
        return false;
    }

    /** {@code null} where nobody else may have the answer. */
    private @Nullable AnswerKey key(Invocation invocation) {
        Plan plan = invocation.plan();
        String scope = Scopes.of(plan, invocation);
        if (scope.equals(Scopes.CALL) || invocation.arguments == null) {
            return null;
        }
        String shared = Scopes.with(scope, invocation.abilities);
        if (plan.credential().isCallers()) {
            Credential own = credentials.currentNow(plan.credential(), invocation.token);
            if (own == null) {
                return null;
            }
            shared += "\n" + own.identity();
        }
        return new AnswerKey(
                plan.capability().id(),
                plan.capability().metadata(),
                plan.serverUrl(),
                shared,
                AnswerKey.digest(invocation.arguments));
    }

    private void owe(Exchange exchange, Invocation invocation, AnswerKey key, @Nullable Duration ttl, boolean leads) {
        AnswerSharing sharing = new AnswerSharing(key, cache, ttl, flights, leads);
        invocation.policy.sharing = sharing;
        CallerChannel channel = CallerChannel.of(exchange);
        if (channel != null) {
            exchange.setProperty(CallerChannel.PROPERTY, new NotingChannel(channel, sharing));
        }
    }

    private static void give(Exchange exchange, Invocation invocation, KeptAnswer answer, String how)
            throws IOException {
        invocation.policy.servedFrom = how;
        exchange.getMessage().setBody(answer.whole());
        exchange.setProperty(CompleteInvocation.VALUE, answer.value());
    }

    /** What follows the wait for another call. */
    private final class Waiting extends Parked implements Flights.Passenger {
        private final AnswerKey key;
        private final @Nullable Duration ttl;

        Waiting(
                Exchange exchange,
                Invocation invocation,
                AnswerKey key,
                @Nullable Duration ttl,
                AsyncCallback callback) {
            super(exchange, invocation, callback, timers, workers);
            this.key = key;
            this.ttl = ttl;
        }

        @Override
        boolean leave() {
            return flights.leave(key, this);
        }

        @Override
        public void landed(Landing outcome) {
            goOn(() -> take(outcome));
        }

        @Override
        public void leads() {
            goOn(() -> owe(exchange, invocation, key, ttl, true));
        }

        private void take(Landing outcome) throws IOException {
            if (outcome instanceof Landing.Answered answered) {
                give(exchange, invocation, answered.answer(), PolicyState.COLLAPSED);
            } else if (outcome instanceof Landing.Failed failed) {
                invocation.policy.servedFrom = PolicyState.COLLAPSED;
                invocation.policy.othersEnd = failed.end();
                throw new CapabilityException(failed.code(), failed.detail(), failed.result(), null);
            }
        }
    }
}
