package dev.serai.flow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.credential.Credential;
import dev.serai.invocation.CallLabel;
import dev.serai.invocation.Caller;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.RequestIds;
import dev.serai.lifecycle.InvocationListener;
import dev.serai.session.Lease;
import dev.serai.trace.TraceContext;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** One call on its way through the routes; kept as an exchange property and touched by one thread at a time. */
final class Invocation implements CallLabel {
    static final String PROPERTY = "SeraiInvocation";

    final long startNanos;
    /** The caller's own headers, set aside while the gateway works and given back with the answer. */
    final Map<String, Object> callerHeaders;
    /** The call in whose provider route this one was made, or {@code null}. */
    final @Nullable Invocation outer;
    /** Told of the end. */
    final InvocationListener listener;

    CallSpans spans = CallSpans.NONE;

    @Nullable
    String client;

    Caller caller = Caller.ANONYMOUS;

    String requestId = RequestIds.make();
    boolean raw;

    @Nullable
    String capabilityId;

    @Nullable
    String conversation;

    @Nullable
    Plan plan;

    @Nullable
    ObjectNode arguments;

    @Nullable
    Credential credential;

    @Nullable
    Lease lease;

    @Nullable
    Attempt attempt;
    /** What the last failure calls for, until it is acted on. */
    @Nullable
    Remedy remedy;
    /** The session to come replaces one that a bad request may have cost. */
    boolean suspectNext;

    long deadlineNanos;
    /** Whether a refusal has been answered with a renewal, which happens once per call. */
    boolean renewed;
    /** Whether the call has been sent again although nothing was renewed, which happens once per call. */
    boolean repeated;

    int attempts;

    Invocation(
            long startNanos,
            Map<String, Object> callerHeaders,
            @Nullable Invocation outer,
            InvocationListener listener) {
        this.startNanos = startNanos;
        this.callerHeaders = callerHeaders;
        this.outer = outer;
        this.listener = listener;
    }

    static Invocation of(Exchange exchange) {
        Invocation invocation = exchange.getProperty(PROPERTY, Invocation.class);
        if (invocation == null) {
            throw new IllegalStateException("this step runs below invoke-capability only");
        }
        return invocation;
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public @Nullable String capabilityId() {
        return plan == null ? null : plan.capability().id();
    }

    @Override
    public @Nullable String traceId() {
        TraceContext trace = spans.context();
        return trace == null ? null : trace.traceId();
    }

    Plan plan() {
        if (plan == null) {
            throw new IllegalStateException("the capability has not been looked up yet");
        }
        return plan;
    }

    Capability capability() {
        return plan().capability();
    }

    /** Puts what a provider route may see on the message: the arguments and the declaration's metadata. */
    void present(Message message) {
        Capability capability = capability();
        Map<String, Object> headers = message.getHeaders();
        headers.clear();
        headers.putAll(capability.metadata());
        headers.put(InvocationHeaders.ID, capability.id());
        message.setBody(arguments);
    }

    boolean overdue() {
        return System.nanoTime() - deadlineNanos >= 0;
    }

    /** Gives the session back; safe to call again. */
    void releaseLease() {
        Lease held = lease;
        if (held != null) {
            held.release();
        }
    }
}
