package dev.serai.flow;

import dev.serai.invocation.CallLabel;
import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CallerToken;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.RequestIds;
import dev.serai.lifecycle.HangUp;
import dev.serai.lifecycle.InvocationLife;
import dev.serai.lifecycle.Invocations;
import dev.serai.lifecycle.Stage;
import dev.serai.loop.EventLoops;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import dev.serai.trace.Tracing;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Takes a call in: sets the caller's headers aside, so that none of them can steer anything, and has the route {@code
 * direct:before-invoke} pass it, where there is one. What that leaves, the arguments and the headers of the contract,
 * is what is looked at from then on.
 */
public final class ReceiveInvocation extends AsyncProcessorSupport implements NonBlocking {
    private static final String NAME = "before-invoke";

    private final Invocations invocations;
    private final Tracing tracing;
    private final HashedWheelTimer timers;
    private final Duration longest;
    private final Arguments arguments;
    private final Hook hook;

    /**
     * @param longest how long the user's route may take
     * @param maxArgumentBytes largest arguments, in bytes of JSON text
     */
    public ReceiveInvocation(
            CamelContext context,
            ProviderRoutes routes,
            Invocations invocations,
            Tracing tracing,
            EventLoops loops,
            Workers workers,
            HashedWheelTimer timers,
            Duration longest,
            int maxArgumentBytes) {
        this.invocations = invocations;
        this.tracing = tracing;
        this.timers = timers;
        this.longest = longest;
        this.arguments = new Arguments(maxArgumentBytes);
        this.hook = new Hook(NAME, context, routes, loops, workers);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Invocation invocation = begin(exchange);
        if (hook.takes(invocation)) {
            return hook.step(exchange, () -> pass(exchange, invocation), callback);
        }
        callback.done(true);
        return true;
    }

    private Invocation begin(Exchange exchange) {
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
        invocation.token = exchange.removeProperty(CallerToken.PROPERTY) instanceof CallerToken given
                ? given
                : outer == null ? null : outer.token;
        invocation.client = exchange.getProperty(InvocationHeaders.CLIENT, String.class);
        invocation.abilities = CallerAbilities.of(CallerChannel.of(exchange));
        CallLabel.set(invocation);
        exchange.setProperty(Invocation.PROPERTY, invocation);
        exchange.getExchangeExtension().addOnCompletion(new Abandons(invocation));
        invocations.begin(life, hangUp);
        return invocation;
    }

    private void pass(Exchange exchange, Invocation invocation) {
        Message message = exchange.getMessage();
        try {
            message.setBody(arguments.read(message));
        } catch (CapabilityException e) {
            exchange.setException(e);
            return;
        }
        Hook.show(message, invocation.callerHeaders);
        Timeout late = timers.newTimeout(
                due -> invocation.life.stop(Stage.TIMED_OUT), longest.toNanos(), TimeUnit.NANOSECONDS);
        hook.run(exchange, invocation);
        late.cancel();
        if (invocation.life.stage() == Stage.TIMED_OUT) {
            exchange.setException(new CapabilityException(
                    ErrorCode.TIMEOUT, "the route " + NAME + " took longer than " + longest.toMillis() + " ms"));
        }
        Map<String, Object> left = new HashMap<>(exchange.getMessage().getHeaders());
        left.keySet().retainAll(InvocationHeaders.ASKED);
        invocation.asked = left;
        if (exchange.getException() != null) {
            name(invocation);
        }
        exchange.getMessage().getHeaders().clear();
    }

    /** What the route refused is told and noted with the capability's name. */
    private static void name(Invocation invocation) {
        try {
            String id = PrepareInvocation.text(invocation.asked, InvocationHeaders.ID);
            if (id != null) {
                invocation.life.capabilityId(id);
            }
        } catch (CapabilityException e) {
            // It is no name that may be shown.
        }
    }

    /** When an entry says the call arrived, which may be before a thread was free for it. */
    private static long arrival(Exchange exchange) {
        Long arrived = exchange.getProperty(InvocationHeaders.ARRIVED_NANOS, Long.class);
        exchange.setProperty(InvocationHeaders.ARRIVED_NANOS, null);
        return arrived == null ? System.nanoTime() : arrived;
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
