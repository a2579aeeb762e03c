package dev.serai.flow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.http.LargeAnswerException;
import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Causes;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Outcomes;
import dev.serai.lifecycle.Work;
import dev.serai.trace.Tracing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/** One request for several calls, through the route {@code direct:<provider>-call-many}. */
final class BatchRequest {
    /** Set by the route where these calls cannot go together, and nothing has been done for any. */
    private static final String SINGLY = "SeraiSingly";

    /** A server refuses a request for what is in it, before it does anything. Source: RFC 9110, 15.5. */
    private static final Set<Integer> OF_ITEMS = Set.of(400, 413, 422);

    private final List<BatchedCall> calls;
    private final Work work = new Work();
    private final AtomicBoolean counted = new AtomicBoolean();

    /** Of these, two or more, that have all in common what {@link BatchKey} says. */
    BatchRequest(List<BatchedCall> calls) {
        this.calls = calls;
    }

    /**
     * Sends it and tells each call what became of it.
     *
     * @param notices tell the server where nobody waits any more
     * @param sent run before they are told, where something was sent
     */
    void send(ProducerTemplate template, CancelNotices notices, Runnable sent) {
        calls.forEach(call -> call.goesWith(this));
        if (allAreOver()) {
            return;
        }
        Plan plan = calls.get(0).invocation.plan();
        UpstreamCall call = call(plan);
        work.begin();
        Exchange ended;
        try {
            ended = template.send(
                    "direct:" + plan.provider() + ProviderRoutes.CALL_MANY, exchange -> fill(exchange, plan, call));
        } finally {
            work.end();
        }
        Exception failure = ended.getException();
        call.decided(failure);
        if (failure == null && Boolean.TRUE.equals(ended.getProperty(SINGLY))) {
            calls.forEach(BatchedCall::goAlone);
            return;
        }
        if (someHaveLeft() && allAreOver()) {
            notices.send(calls.get(0).invocation, ended);
        }
        sent.run();
        if (isOfItems(failure, call) || (isLarge(failure) && plan.idempotent())) {
            // One of them may be what is wrong, and the refusal may quote it: each learns of its own.
            calls.forEach(BatchedCall::goAlone);
        } else if (failure != null) {
            fail(failure, call.worked());
        } else {
            share(outcomes(ended.getMessage().getBody()), plan.idempotent());
        }
    }

    private static boolean isOfItems(@Nullable Exception failure, UpstreamCall call) {
        return failure instanceof UpstreamStatusException refused
                && !call.worked()
                && OF_ITEMS.contains(refused.status());
    }

    /** Whether the server has answered, and more than there is room for. */
    private static boolean isLarge(@Nullable Exception failure) {
        return Causes.find(failure, LargeAnswerException.class) != null;
    }

    /** Whether what became of the request is still to be counted: it is one, however many calls are told. */
    boolean counts() {
        return counted.compareAndSet(false, true);
    }

    void fail(Throwable failure, boolean worked) {
        Throwable told = failure instanceof UpstreamStatusException refusal ? refusal.toSeveral() : failure;
        calls.forEach(call -> call.fail(told, worked));
    }

    /** When nobody is there who has no answer, nobody wants the rest. */
    void oneHasLeft() {
        if (allAreOver()) {
            work.stop();
        }
    }

    private boolean allAreOver() {
        return calls.stream().allMatch(BatchedCall::isOver);
    }

    private boolean someHaveLeft() {
        return calls.stream().anyMatch(BatchedCall::hasLeft);
    }

    /** Ends with the last of them at the latest, and in nobody's trace. */
    private UpstreamCall call(Plan plan) {
        UpstreamCall first = calls.get(0).call();
        long latest = first.deadlineNanos();
        boolean hurried = true;
        for (BatchedCall each : calls) {
            long deadline = each.call().deadlineNanos();
            latest = deadline - latest > 0 ? deadline : latest;
            hurried = hurried && each.invocation.hurried;
        }
        UpstreamCall call = new UpstreamCall(
                plan.capability(), first.serverUrl(), first.credential(), latest, Tracing.untraced(), work);
        UpstreamCall own = hurried ? call.inAHurry() : call;
        own.outlived();
        return own;
    }

    private void fill(Exchange exchange, Plan plan, UpstreamCall call) {
        Invocation first = calls.get(0).invocation;
        exchange.setProperty(UpstreamCall.PROPERTY, call);
        exchange.setProperty(ProviderSessions.SESSION, first.attempt == null ? null : first.attempt.session());
        exchange.setProperty(CallerAbilities.PROPERTY, first.abilities);
        exchange.setProperty(Outcomes.PROPERTY, (Outcomes) this::took);
        exchange.getMessage().getHeaders().putAll(plan.capability().metadata());
        exchange.getMessage().setHeader(InvocationHeaders.ID, plan.capability().id());
        ArrayNode arguments = JsonNodeFactory.instance.arrayNode(calls.size());
        calls.forEach(each -> arguments.add(each.invocation.arguments));
        exchange.getMessage().setBody(arguments);
    }

    private void share(List<?> outcomes, boolean idempotent) {
        if (outcomes.size() != calls.size()) {
            fail(
                    new CapabilityException(
                            ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                            "the upstream gave " + outcomes.size() + " answers to a batch of " + calls.size()
                                    + " calls"),
                    true);
            return;
        }
        for (int i = 0; i < outcomes.size(); i++) {
            BatchedCall call = calls.get(i);
            Object outcome = outcomes.get(i);
            if (idempotent && outcome instanceof Exception failure && isLarge(failure)) {
                // Another's answer may be what there was no room for.
                call.goAlone();
            } else {
                call.take(outcome);
            }
        }
    }

    /** It has its own, and waits for none of the others. */
    private void took(int place, Object outcome) {
        BatchedCall call = calls.get(place);
        call.take(outcome);
        call.release();
        if (someHaveLeft()) {
            oneHasLeft();
        }
    }

    private static List<?> outcomes(Object body) {
        if (body instanceof List<?> list) {
            return list;
        }
        List<Object> found = new ArrayList<>();
        if (body instanceof ArrayNode array) {
            array.forEach(found::add);
        }
        return found;
    }
}
