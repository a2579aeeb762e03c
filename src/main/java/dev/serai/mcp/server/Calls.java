package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Capability;
import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CallerToken;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.lifecycle.HangUp;
import dev.serai.loop.EventLoops;
import dev.serai.loop.Workers;
import dev.serai.trace.TraceContext;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/** Calls capabilities through the route that leads to them, each on an exchange of its own. */
final class Calls {
    private static final String ROUTE = "direct:call-over-mcp";

    private final CamelContext context;
    private final Predicate<Endpoint> nonBlocking;
    private final EventLoops loops;
    private final Workers workers;
    private final Tally tally;
    private volatile @Nullable AsyncProducer producer;

    /** @param nonBlocking tells whether the route that begins at an endpoint may run on an event loop */
    Calls(CamelContext context, Predicate<Endpoint> nonBlocking, EventLoops loops, Workers workers, Tally tally) {
        this.context = context;
        this.nonBlocking = nonBlocking;
        this.loops = loops;
        this.workers = workers;
        this.tally = tally;
    }

    /** A client could not be told something that is about a call. */
    void dropped() {
        tally.dropped();
    }

    /** Has this done where it may take its time. */
    void aside(Runnable work) {
        if (loops.onLoop()) {
            workers.goOn(work);
        } else {
            work.run();
        }
    }

    /** Has this done by another thread. */
    void elsewhere(Runnable work) {
        workers.goOn(work);
    }

    /**
     * Calls one.
     *
     * @param channel the way back to the client, if there is one
     * @param done told on whatever thread the call ends
     */
    void call(
            Capability capability,
            JsonNode arguments,
            Asked asked,
            HangUp hangUp,
            @Nullable CallerChannel channel,
            Consumer<Outcome> done) {
        AsyncProducer to = producer();
        Exchange exchange = new DefaultExchange(context, ExchangePattern.InOut);
        exchange.setProperty(HangUp.PROPERTY, hangUp);
        exchange.setProperty(InvocationHeaders.CLIENT, asked.client());
        exchange.setProperty(InvocationHeaders.ARRIVED_NANOS, asked.arrivedNanos());
        exchange.setProperty(InvocationHeaders.STREAMING, true);
        if (asked.caller() != null) {
            exchange.setProperty(Caller.PROPERTY, asked.caller());
        }
        if (asked.token() != null) {
            exchange.setProperty(CallerToken.PROPERTY, asked.token());
        }
        if (channel != null) {
            exchange.setProperty(CallerChannel.PROPERTY, channel);
        }
        exchange.getIn().setHeader(InvocationHeaders.ID, capability.id());
        exchange.getIn().setHeader(InvocationHeaders.RAW, true);
        if (asked.session() != null) {
            exchange.getIn()
                    .setHeader(InvocationHeaders.CONVERSATION, asked.session().conversation());
        }
        TraceContext trace = asked.trace();
        if (trace != null) {
            exchange.getIn().setHeader(TraceContext.PARENT, trace.parent());
        }
        if (trace != null && trace.state() != null) {
            exchange.getIn().setHeader(TraceContext.STATE, trace.state());
        }
        exchange.getIn().setBody(arguments);
        Runnable send = () -> to.process(exchange, doneSync -> done.accept(Outcome.of(exchange)));
        if (loops.onLoop() && !nonBlocking.test(to.getEndpoint())) {
            workers.goOn(send);
        } else {
            send.run();
        }
    }

    private AsyncProducer producer() {
        AsyncProducer known = producer;
        return known == null ? created() : known;
    }

    private synchronized AsyncProducer created() {
        AsyncProducer known = producer;
        if (known == null) {
            try {
                known = context.getEndpoint(ROUTE).createAsyncProducer();
            } catch (Exception e) {
                throw new IllegalStateException(ROUTE + " cannot be called", e);
            }
            known.start();
            producer = known;
        }
        return known;
    }
}
