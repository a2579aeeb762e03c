package dev.serai.flow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.access.AccessRules;
import dev.serai.invocation.CallLabel;
import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Priority;
import dev.serai.invocation.RequestIds;
import dev.serai.lifecycle.HangUp;
import dev.serai.lifecycle.InvocationLife;
import dev.serai.lifecycle.Invocations;
import dev.serai.loop.NonBlocking;
import dev.serai.trace.Tracing;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Takes a call in: sets the caller's headers aside, so that none of them can steer anything, looks the
 * declaration up, validates the arguments and puts the declaration's metadata on the message.
 */
public final class PrepareInvocation implements Processor, NonBlocking {
    private static final int MAX_TEXT = 256;

    private final PlanBook plans;
    private final AccessRules access;
    private final ProviderRoutes routes;
    private final Invocations invocations;
    private final Tracing tracing;
    private final Arguments arguments;

    /**
     * @param access what callers may call
     * @param maxArgumentBytes largest arguments, in bytes of JSON text
     */
    public PrepareInvocation(
            PlanBook plans,
            AccessRules access,
            ProviderRoutes routes,
            Invocations invocations,
            Tracing tracing,
            int maxArgumentBytes) {
        this.plans = plans;
        this.access = access;
        this.routes = routes;
        this.invocations = invocations;
        this.tracing = tracing;
        this.arguments = new Arguments(maxArgumentBytes);
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        Map<String, Object> callers = message.getHeaders();
        message.setHeaders(exchange.getContext()
                .getCamelContextExtension()
                .getHeadersMapFactory()
                .newMap());
        Caller caller = exchange.getProperty(Caller.PROPERTY, Caller.ANONYMOUS, Caller.class);
        InvocationLife life = new InvocationLife(RequestIds.make(), caller, arrival(exchange));
        HangUp hangUp = exchange.getProperty(HangUp.PROPERTY, HangUp.class);
        Invocation outer = exchange.getProperty(Invocation.PROPERTY, Invocation.class);
        Invocation invocation = new Invocation(life, invocations, callers, outer, hangUp);
        invocation.spans = CallSpans.begin(tracing, exchange, callers, invocation.outer);
        invocation.streaming = exchange.removeProperty(InvocationHeaders.STREAMING) != null;
        invocation.client = exchange.getProperty(InvocationHeaders.CLIENT, String.class);
        invocation.abilities = CallerAbilities.of(CallerChannel.of(exchange));
        CallLabel.set(invocation);
        exchange.setProperty(Invocation.PROPERTY, invocation);
        exchange.getExchangeExtension().addOnCompletion(new Abandons(invocation));
        invocations.begin(life, hangUp);
        admit(invocation, message);
    }

    private void admit(Invocation invocation, Message message) {
        Map<String, Object> callers = invocation.callerHeaders;
        String given = text(callers, InvocationHeaders.REQUEST_ID);
        if (given != null) {
            invocations.name(invocation.life, given);
        }
        invocation.raw = "true".equalsIgnoreCase(text(callers, InvocationHeaders.RAW));
        invocation.priority = Priority.of(text(callers, InvocationHeaders.PRIORITY));
        invocation.conversation = text(callers, InvocationHeaders.CONVERSATION);
        String id = text(callers, InvocationHeaders.ID);
        if (id == null) {
            throw new CapabilityException(ErrorCode.UNKNOWN_CAPABILITY, "the header CapabilityId names no capability");
        }
        invocation.life.capabilityId(id);
        access.check(id, invocation.life.caller());
        Plan plan = plans.plan(id);
        // Once more: a reload in between may have asked for a role.
        access.check(id, invocation.life.caller());
        invocation.plan = plan;
        String reason = routes.reasonUnavailable(plan.capability());
        if (reason != null) {
            throw new CapabilityException(ErrorCode.NO_PROVIDER, reason);
        }
        Duration declared = plan.timeouts().of(invocation.streaming);
        Duration timeout = timeout(callers, declared);
        invocation.hurried = timeout.compareTo(declared) < 0;
        invocation.deadlineNanos = invocation.life.receivedNanos() + timeout.toNanos();
        ObjectNode read = arguments.read(message);
        plan.capability().arguments().validate(read);
        invocation.arguments = read;
        invocation.present(message);
    }

    /** When an entry says the call arrived, which may be before a thread was free for it. */
    private static long arrival(Exchange exchange) {
        Long arrived = exchange.getProperty(InvocationHeaders.ARRIVED_NANOS, Long.class);
        exchange.setProperty(InvocationHeaders.ARRIVED_NANOS, null);
        return arrived == null ? System.nanoTime() : arrived;
    }

    private static @Nullable String text(Map<String, Object> headers, String name) {
        Object value = headers.get(name);
        if (value == null) {
            return null;
        }
        String text = value.toString();
        if (text.isBlank()) {
            return null;
        }
        if (text.length() > MAX_TEXT || hasControl(text)) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS,
                    name + " must be at most " + MAX_TEXT + " characters without control characters");
        }
        return text;
    }

    private static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static Duration timeout(Map<String, Object> callers, Duration longest) {
        String text = text(callers, InvocationHeaders.TIMEOUT_MS);
        if (text == null) {
            return longest;
        }
        try {
            long millis = Long.parseLong(text.trim());
            if (millis > 0) {
                return millis < longest.toMillis() ? Duration.ofMillis(millis) : longest;
            }
        } catch (NumberFormatException e) {
            // Told below, like a number out of range.
        }
        throw new CapabilityException(
                ErrorCode.INVALID_ARGUMENTS,
                InvocationHeaders.TIMEOUT_MS + " must be a number of milliseconds above 0");
    }

    /** For an exchange that ends on another way than through the routes. */
    private static final class Abandons extends SynchronizationAdapter {
        private final Invocation invocation;

        Abandons(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void onDone(Exchange exchange) {
            invocation.abandon();
            invocation.spans.abandon();
        }
    }
}
