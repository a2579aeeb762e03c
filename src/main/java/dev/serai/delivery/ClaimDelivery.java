package dev.serai.delivery;

import dev.serai.invocation.Caller;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Takes a message in (EIP: Idempotent Receiver). One that must not run twice and has been here before is answered with
 * what is known of it.
 */
public final class ClaimDelivery extends AsyncProcessorSupport implements NonBlocking {
    private final DeliveryMarks marks;
    private final Predicate<String> runsOnce;
    private final Workers workers;
    private final DeliveryStats stats;

    /** @param runsOnce whether the capability of this id must not run twice */
    public ClaimDelivery(DeliveryMarks marks, Predicate<String> runsOnce, Workers workers, DeliveryStats stats) {
        this.marks = marks;
        this.runsOnce = runsOnce;
        this.workers = workers;
        this.stats = stats;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        String delivery = delivery(exchange);
        DeliveryState state = new DeliveryState(exchange, delivery);
        if (delivery == null || !marks.mayBlock()) {
            claim(exchange, state);
            callback.done(true);
            return true;
        }
        workers.goOn(() -> {
            claim(exchange, state);
            callback.done(false);
        });
        return false;
    }

    /** {@code null} for what needs no mark: it may run twice, or is refused before it runs. */
    private @Nullable String delivery(Exchange exchange) {
        Message message = exchange.getMessage();
        String id = message.getHeader(InvocationHeaders.ID, String.class);
        String requestId = message.getHeader(InvocationHeaders.REQUEST_ID, String.class);
        if (id == null || requestId == null || !runsOnce(id)) {
            return null;
        }
        return name(
                exchange.getProperty(Caller.PROPERTY, Caller.ANONYMOUS, Caller.class)
                        .name(),
                id,
                requestId);
    }

    private boolean runsOnce(String id) {
        try {
            return runsOnce.test(id);
        } catch (CapabilityException e) {
            // Its call says the same.
            return false;
        }
    }

    /** What a delivery is marked under. */
    static String name(String caller, String capability, String requestId) {
        return caller.length() + ":" + caller + capability.length() + ":" + capability + requestId;
    }

    private void claim(Exchange exchange, DeliveryState state) {
        String delivery = state.marked;
        if (delivery == null) {
            return;
        }
        try {
            Mark mark = marks.begin(delivery);
            boolean lost = mark.kind() == Mark.Kind.UNCERTAIN
                    && exchange.getProperty(Delivery.REDELIVERED, false, Boolean.class);
            if (mark.kind() == Mark.Kind.FINISHED && mark.outcome() != null) {
                stats.repeated.increment();
                DeliveryOutcome.of(mark.outcome()).answer(exchange);
                answered(exchange, state);
            } else if (mark.kind() == Mark.Kind.BEGUN || lost) {
                DeliveryOutcome.problem(
                        exchange,
                        ErrorCode.OUTCOME_UNKNOWN,
                        "the call may have run before, and how that ended is not known; it was not run again");
                answered(exchange, state);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.setException(new CapabilityException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down", e));
        }
    }

    private static void answered(Exchange exchange, DeliveryState state) {
        state.over = true;
        state.verdict = Verdict.of(exchange, true);
    }
}
