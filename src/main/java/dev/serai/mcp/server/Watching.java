package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.Subscription;
import dev.serai.lifecycle.HangUp;
import io.netty.util.HashedWheelTimer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks servers to tell of resources, again where a session is gone, and no longer where nobody wants to know. */
final class Watching {
    static final String SUBSCRIBE = "resources/subscribe";
    static final String UNSUBSCRIBE = "resources/unsubscribe";
    /** Of one client. */
    static final int MOST = 100;
    /** Characters. */
    static final int LONGEST_URI = 2_048;

    private static final long FIRST_PAUSE_MS = 1_000;
    private static final int MOST_FAILURES = 8;

    private final Features features;
    private final Calls calls;
    private final HashedWheelTimer timers;

    Watching(Features features, Calls calls, HashedWheelTimer timers) {
        this.features = features;
        this.calls = calls;
        this.timers = timers;
    }

    /** Whether a server can be asked to tell this client of resources. */
    boolean canAsk(Asked asked) {
        return features.plan(asked.as(SUBSCRIBE, Rpc.object())) != null;
    }

    /**
     * What this client is to be told of.
     *
     * @param client takes the parameters of what is told
     */
    Watched one(Asked asked, ObjectNode capabilities, String uri, Consumer<ObjectNode> client) {
        Asked subscribing = asked.as(SUBSCRIBE, Rpc.object().put("uri", uri));
        return new Watched(this, subscribing, capabilities, uri, client);
    }

    /** Has the servers asked, one after the other until one takes it; again and again while they fail. */
    void begin(Watched watched) {
        ask(watched, 0);
    }

    /** The same after a while. */
    void again(Watched watched, int failures) {
        if (failures >= MOST_FAILURES) {
            return;
        }
        try {
            timers.newTimeout(
                    due -> elsewhere(() -> ask(watched, failures)), FIRST_PAUSE_MS << failures, TimeUnit.MILLISECONDS);
        } catch (IllegalStateException e) {
            // The gateway stops, and its timers have.
        }
    }

    private void elsewhere(Runnable work) {
        try {
            calls.elsewhere(work);
        } catch (RejectedExecutionException e) {
            // The gateway stops.
        }
    }

    private void ask(Watched watched, int failures) {
        if (!watched.isOver()) {
            send(watched.asked(), new Quiet(watched.capabilities(), watched), took -> {
                if (!took) {
                    again(watched, failures + 1);
                }
            });
        }
    }

    /** Has the server that has the resource told. */
    void unsubscribe(Watched watched) {
        Asked asked = watched.asked();
        send(asked.as(UNSUBSCRIBE, asked.params()), new Quiet(watched.capabilities(), null), took -> {});
    }

    private void send(Asked asked, CallerChannel channel, Consumer<Boolean> done) {
        CallPlan plan = features.plan(asked);
        if (plan == null) {
            done.accept(false);
        } else {
            send(plan, 0, asked, channel, done);
        }
    }

    private void send(CallPlan plan, int index, Asked asked, CallerChannel channel, Consumer<Boolean> done) {
        List<Capability> candidates = plan.candidates();
        calls.call(candidates.get(index), plan.arguments(), asked, new HangUp(), channel, outcome -> {
            if (index + 1 < candidates.size() && outcome.rpcCode() != null) {
                send(plan, index + 1, asked, channel, done);
            } else {
                done.accept(outcome.completed());
            }
        });
    }

    /** A client that is told nothing and asked nothing during the call, but of what it wants to be told for longer. */
    private record Quiet(ObjectNode capabilities, @Nullable Subscription subscription) implements CallerChannel {
        @Override
        public boolean wantsProgress() {
            return false;
        }

        @Override
        public void tell(String method, ObjectNode params) {
            // Nobody waits for this call.
        }

        @Override
        public CompletionStage<JsonNode> ask(String method, ObjectNode params) {
            return CompletableFuture.failedFuture(OngoingCall.gone());
        }
    }
}
