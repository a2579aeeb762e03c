package dev.serai.flow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.access.AccessRules;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Priority;
import dev.serai.lifecycle.Invocations;
import dev.serai.loop.NonBlocking;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Looks the declaration of a call up, validates the arguments and puts the declaration's metadata on the message. */
public final class PrepareInvocation implements Processor, NonBlocking {
    private static final int MAX_TEXT = 256;
    /** Calls within calls; each takes a part of the thread's stack. */
    private static final int DEEPEST = 16;

    private final PlanBook plans;
    private final AccessRules access;
    private final ProviderRoutes routes;
    private final Invocations invocations;
    private final Arguments arguments;

    /**
     * @param access what callers may call
     * @param maxArgumentBytes largest arguments, in bytes of JSON text
     */
    public PrepareInvocation(
            PlanBook plans, AccessRules access, ProviderRoutes routes, Invocations invocations, int maxArgumentBytes) {
        this.plans = plans;
        this.access = access;
        this.routes = routes;
        this.invocations = invocations;
        this.arguments = new Arguments(maxArgumentBytes);
    }

    @Override
    public void process(Exchange exchange) {
        Invocation invocation = Invocation.of(exchange);
        if (invocation.depth > DEEPEST) {
            throw new CapabilityException(
                    ErrorCode.INTERNAL_ERROR,
                    "more than " + DEEPEST
                            + " calls within each other: the route of a capability calls the capability");
        }
        Map<String, Object> asked = invocation.asked;
        String given = text(asked, InvocationHeaders.REQUEST_ID);
        if (given != null) {
            invocations.name(invocation.life, given);
        }
        invocation.raw = "true".equalsIgnoreCase(text(asked, InvocationHeaders.RAW));
        invocation.priority = Priority.of(text(asked, InvocationHeaders.PRIORITY));
        invocation.conversation = text(asked, InvocationHeaders.CONVERSATION);
        String id = text(asked, InvocationHeaders.ID);
        if (id == null) {
            throw new CapabilityException(ErrorCode.UNKNOWN_CAPABILITY, "the header CapabilityId names no capability");
        }
        invocation.life.capabilityId(id);
        access.check(id, invocation.life.caller());
        Plan plan = plans.plan(id);
        // Once more: a reload in between may have asked for a role.
        access.check(id, invocation.life.caller());
        invocation.plan = plan;
        String reason = routes.missing(plan.capability());
        if (reason != null) {
            throw new CapabilityException(ErrorCode.NO_PROVIDER, reason);
        }
        Duration declared = plan.timeouts().of(invocation.streaming);
        Duration timeout = timeout(asked, declared);
        invocation.hurried = timeout.compareTo(declared) < 0;
        invocation.deadlineNanos = invocation.life.receivedNanos() + timeout.toNanos();
        invocation.policy.fallbackNanos = invocation.hurried
                ? 0
                : plans.fallbackTime(plan, invocation.streaming).toNanos();
        ObjectNode read = arguments.read(exchange.getMessage());
        plan.capability().arguments().validate(read);
        invocation.arguments = read;
        invocation.present(exchange.getMessage());
    }

    static @Nullable String text(Map<String, Object> headers, String name) {
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
}
