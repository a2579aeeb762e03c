package dev.serai.flow;

import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.ProviderResult;
import dev.serai.lifecycle.Stage;
import dev.serai.loop.Workers;
import dev.serai.policy.Gathering;
import io.netty.util.HashedWheelTimer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** A call that waits for others that go with it, and then for its part of what is answered to them. */
final class BatchedCall extends Parked {
    private final BatchKey key;
    private final Gathering<BatchKey, BatchedCall> gathering;
    private final Processor alone;
    private final long bytes;
    /** Set by the first: its answer, or its leaving. */
    private final AtomicBoolean over = new AtomicBoolean();

    private volatile boolean left;
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile @Nullable BatchRequest request;

    /** @param alone makes the call for itself, on a thread that may block */
    BatchedCall(
            Exchange exchange,
            Invocation invocation,
            BatchKey key,
            Gathering<BatchKey, BatchedCall> gathering,
            Processor alone,
            AsyncCallback callback,
            HashedWheelTimer timers,
            Workers workers) {
        super(exchange, invocation, callback, timers, workers);
        this.key = key;
        this.gathering = gathering;
        this.alone = alone;
        this.bytes = JsonLength.of(Objects.requireNonNull(invocation.arguments), BatchCalls.MOST_BYTES);
        // Session and turn are held until the request has ended, whether its caller is still there or not.
        invocation.workBegins();
    }

    @Override
    boolean leave() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        left = true;
        if (gathering.leave(key, this)) {
            release();
        }
        BatchRequest sent = request;
        invocation.counts = isLate() && sent != null && sent.counts();
        if (sent != null) {
            sent.oneHasLeft();
        }
        return true;
    }

    /** What its leaving says of the server. */
    private boolean isLate() {
        Stage stage = invocation.life.stage();
        return !invocation.hurried && (stage == Stage.TIMED_OUT || !stage.isEnd());
    }

    /** Of its arguments. */
    long bytes() {
        return bytes;
    }

    /** It has its answer, or has left. */
    boolean isOver() {
        return over.get();
    }

    /** Without an answer. */
    boolean hasLeft() {
        return left;
    }

    void goesWith(BatchRequest sent) {
        request = sent;
    }

    UpstreamCall call() {
        return Objects.requireNonNull(invocation.attempt).call();
    }

    /** It is made for itself, unless it has left. */
    void goAlone() {
        if (over.compareAndSet(false, true)) {
            goOn(() -> alone.process(exchange));
        }
    }

    /**
     * Its part of the answer.
     *
     * @param outcome the result, or how it failed
     */
    void take(@Nullable Object outcome) {
        if (!(outcome instanceof UpstreamStatusException)) {
            call().noteWork();
        }
        end(outcome);
    }

    /** The request as a whole failed, and this with it. */
    void fail(Throwable failure, boolean worked) {
        if (worked) {
            call().noteWork();
        }
        end(failure);
    }

    private void end(@Nullable Object outcome) {
        if (over.compareAndSet(false, true)) {
            BatchRequest sent = request;
            invocation.counts = sent != null && sent.counts();
            goOn(() -> {
                if (outcome instanceof Exception failure) {
                    throw failure;
                }
                if (outcome instanceof Error failure) {
                    throw failure;
                }
                if (outcome instanceof ProviderResult result) {
                    exchange.setProperty(CompleteInvocation.VALUE, result.value());
                    exchange.setProperty(InvocationHeaders.FRESH_MS, result.freshMs());
                    exchange.getMessage().setBody(result.whole());
                } else {
                    exchange.getMessage().setBody(outcome);
                }
            });
        }
    }

    /** Nothing is done for it any more. */
    void release() {
        if (released.compareAndSet(false, true)) {
            invocation.workEnds();
        }
    }
}
