package dev.serai.delivery;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends a delivery: notes how it ended, and says whether it is a dead letter. A message that the end of the gateway kept
 * from being called fails here, so that its entry leaves it with the broker.
 */
public final class SettleDelivery extends AsyncProcessorSupport implements NonBlocking {
    private final DeliveryMarks marks;
    private final Workers workers;
    private final DeliveryStats stats;

    public SettleDelivery(DeliveryMarks marks, Workers workers, DeliveryStats stats) {
        this.marks = marks;
        this.workers = workers;
        this.stats = stats;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        DeliveryState state = DeliveryState.of(exchange);
        exchange.setProperty(Delivery.ATTEMPTS, state.attempts);
        Verdict verdict = state.verdict;
        String marked = state.attempts == 0 ? null : state.marked;
        DeliveryState.remove(exchange);
        DeadReason dead = deadReason(verdict);
        exchange.setProperty(Delivery.DEAD, dead);
        stats.count(verdict, dead);
        if (marked == null || verdict == Verdict.UNKNOWN || !marks.mayBlock()) {
            settle(exchange, marked, verdict);
            callback.done(true);
            return true;
        }
        workers.goOn(() -> {
            settle(exchange, marked, verdict);
            callback.done(false);
        });
        return false;
    }

    private static @Nullable DeadReason deadReason(Verdict verdict) {
        return switch (verdict) {
            case POISON -> DeadReason.POISON;
            case TRANSIENT -> DeadReason.EXHAUSTED;
            case UNKNOWN -> DeadReason.OUTCOME_UNKNOWN;
            case SETTLED, NOT_NOW -> null;
        };
    }

    private void settle(Exchange exchange, @Nullable String marked, Verdict verdict) {
        try {
            if (marked != null && verdict == Verdict.SETTLED) {
                marks.finish(marked, DeliveryOutcome.of(exchange).bytes());
            } else if (marked != null && verdict != Verdict.UNKNOWN) {
                marks.forget(marked);
            }
        } catch (InterruptedException e) {
            // The mark says "begun": nobody runs it again without being asked.
            Thread.currentThread().interrupt();
        }
        if (verdict == Verdict.NOT_NOW) {
            exchange.setException(
                    new CapabilityException(ErrorCode.SHUTTING_DOWN, "the gateway ends, and has not run the call"));
        }
    }
}
