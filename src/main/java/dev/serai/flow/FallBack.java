package dev.serai.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.lifecycle.Stage;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import dev.serai.policy.Passage;
import dev.serai.policy.Policies;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Calls another capability for a call whose server failed, where the declaration names one. Its answer ends the call, and
 * says that it is another's; where it fails too, the call has failed as it would have.
 */
public final class FallBack extends AsyncProcessorSupport implements NonBlocking {
    /** Exchange property: the call has been answered. */
    static final String ANSWERED = "SeraiAnswered";

    private static final String INVOKE = "direct:invoke-capability";
    private static final Set<ErrorCode> OF_THE_GATEWAY =
            EnumSet.of(ErrorCode.CIRCUIT_OPEN, ErrorCode.UPSTREAM_UNAUTHORIZED);

    private final CamelContext context;
    private final Workers workers;
    private final LongAdder taken = new LongAdder();
    private volatile @Nullable AsyncProducer producer;

    public FallBack(CamelContext context, Workers workers) {
        this.context = context;
        this.workers = workers;
    }

    /** Calls that were answered so. */
    public long taken() {
        return taken.sum();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Invocation invocation = Invocation.of(exchange);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String instead = instead(invocation);
        ErrorCode reason = instead == null ? null : reason(failure, invocation);
        if (instead == null || reason == null) {
            callback.done(true);
            return true;
        }
        invocation.policy.fallingBack = true;
        invocation.releaseLease();
        workers.goOn(() -> {
            Exchange other = exchange.copy();
            ask(other, invocation, instead);
            try {
                producer().process(other, sync -> ended(exchange, other, invocation, instead, reason, callback));
            } catch (Exception | Error e) {
                other.setException(e);
                ended(exchange, other, invocation, instead, reason, callback);
            }
        });
        return false;
    }

    /** None for a call that is itself made for another: so there is no circle. */
    private static @Nullable String instead(Invocation invocation) {
        Plan plan = invocation.plan;
        Policies policies = plan == null ? null : plan.policies();
        for (Invocation outer = invocation.outer; outer != null; outer = outer.outer) {
            if (outer.policy.fallingBack) {
                return null;
            }
        }
        return policies == null || invocation.life.stage().isEnd() ? null : policies.fallback();
    }

    /** Why another is called; {@code null} for a failure that is the caller's, or that says nothing of the server. */
    private static @Nullable ErrorCode reason(@Nullable Exception failure, Invocation invocation) {
        CapabilityException told = FailInvocation.told(failure, invocation);
        ErrorCode code = told.code();
        boolean servers = FailInvocation.end(failure, code, invocation) == Passage.End.FAILED;
        return servers || OF_THE_GATEWAY.contains(code) ? code : null;
    }

    private static void ask(Exchange other, Invocation invocation, String instead) {
        Map<String, Object> headers = new HashMap<>();
        headers.put(InvocationHeaders.ID, instead);
        headers.put(InvocationHeaders.RAW, Boolean.toString(invocation.raw));
        headers.put(InvocationHeaders.PRIORITY, invocation.priority.wireName());
        long left = TimeUnit.NANOSECONDS.toMillis(invocation.stopNanos() - System.nanoTime());
        headers.put(InvocationHeaders.TIMEOUT_MS, Math.max(1, left));
        if (invocation.conversation != null) {
            headers.put(InvocationHeaders.CONVERSATION, invocation.conversation);
        }
        Remains.clear(other);
        other.setProperty(CompleteInvocation.VALUE, null);
        other.getMessage().setHeaders(headers);
        other.getMessage().setBody(invocation.arguments);
    }

    private void ended(
            Exchange exchange,
            Exchange other,
            Invocation invocation,
            String instead,
            ErrorCode reason,
            AsyncCallback callback) {
        try {
            Object body = other.getMessage().getBody();
            boolean completed = other.getException() == null
                    && Stage.COMPLETED.wireName().equals(other.getMessage().getHeader(InvocationHeaders.STATUS));
            if (completed && body instanceof JsonNode answer && invocation.life.end(Stage.COMPLETED)) {
                taken.increment();
                answer(exchange, invocation, answer, instead, reason);
            }
        } catch (RuntimeException | Error e) {
            exchange.setException(e);
        }
        callback.done(false);
    }

    private static void answer(
            Exchange exchange, Invocation invocation, JsonNode answer, String instead, ErrorCode reason) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (invocation.attempt != null) {
            invocation.attempt.call().decided(failure);
        }
        invocation.passed(FailInvocation.end(failure, reason, invocation));
        if (invocation.lease != null) {
            invocation.lease.failed(reason);
        }
        invocation.policy.fallback = instead;
        invocation.policy.fallbackReason = reason;
        Remains.clear(exchange);
        exchange.setProperty(ANSWERED, true);
        Answer.write(exchange, invocation, answer, Stage.COMPLETED, null);
    }

    private AsyncProducer producer() throws Exception {
        AsyncProducer made = producer;
        if (made == null) {
            // Made twice by two that come first together: it holds nothing.
            made = context.getEndpoint(INVOKE).createAsyncProducer();
            ServiceHelper.startService(made);
            producer = made;
        }
        return made;
    }
}
