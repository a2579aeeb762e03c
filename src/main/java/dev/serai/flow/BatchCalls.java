package dev.serai.flow;

import dev.serai.loop.Workers;
import dev.serai.policy.BatchRule;
import dev.serai.policy.Gathering;
import dev.serai.policy.Policies;
import io.netty.util.HashedWheelTimer;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/** Has calls that may go together wait for each other, where their declaration and their provider's routes let them. */
public final class BatchCalls {
    /** Bytes of the arguments of one request. */
    static final long MOST_BYTES = 512 * 1024;

    private final ProducerTemplate template;
    private final ProviderRoutes routes;
    private final HashedWheelTimer timers;
    private final Workers workers;
    private final CancelNotices notices;
    private final Gathering<BatchKey, BatchedCall> gathering;
    private final LongAdder requests = new LongAdder();
    private final LongAdder calls = new LongAdder();

    public BatchCalls(
            ProducerTemplate template,
            ProviderRoutes routes,
            HashedWheelTimer timers,
            Workers workers,
            CancelNotices notices) {
        this.notices = notices;
        this.template = template;
        this.routes = routes;
        this.timers = timers;
        this.workers = workers;
        this.gathering = new Gathering<>(
                timers, BatchedCall::bytes, MOST_BYTES, gathered -> workers.execute(() -> send(gathered)));
    }

    /** Requests that were sent for several calls, so far. */
    public long requests() {
        return requests.sum();
    }

    /** Calls that went in such requests. */
    public long calls() {
        return calls.sum();
    }

    /**
     * Whether the call waits for others, and goes on when it has its answer or its failure.
     *
     * @param alone makes it where no other comes, on a thread that may block
     */
    boolean take(Exchange exchange, Invocation invocation, Processor alone, AsyncCallback callback) {
        BatchRule rule = rule(invocation.plan());
        if (rule == null
                || invocation.deadlineNanos - System.nanoTime() <= rule.window().toNanos()
                || !routes.has(invocation.plan().provider(), ProviderRoutes.CALL_MANY)) {
            return false;
        }
        BatchKey key = BatchKey.of(exchange, invocation);
        if (key == null) {
            return false;
        }
        BatchedCall call = new BatchedCall(exchange, invocation, key, gathering, alone, callback, timers, workers);
        try {
            gathering.add(key, call, rule);
        } catch (IllegalStateException | RejectedExecutionException e) {
            // There are no timers any more, or too many: it is made at once.
            call.release();
            return false;
        }
        call.begin();
        return true;
    }

    /** {@code null} where none is in force. */
    static @Nullable BatchRule rule(Plan plan) {
        Policies policies = plan.policies();
        return policies == null ? null : policies.batch();
    }

    private void send(List<BatchedCall> gathered) {
        List<BatchedCall> present =
                gathered.stream().filter(call -> !call.isOver()).toList();
        try {
            if (present.size() == 1) {
                present.get(0).goAlone();
            } else if (!present.isEmpty()) {
                sendTogether(present);
            }
        } finally {
            gathered.forEach(BatchedCall::release);
        }
    }

    private void sendTogether(List<BatchedCall> present) {
        BatchRequest request = new BatchRequest(present);
        try {
            request.send(template, notices, () -> {
                requests.increment();
                calls.add(present.size());
            });
        } catch (RuntimeException | Error e) {
            request.fail(e, true);
        }
    }
}
