package dev.serai.entry;

import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CallerToken;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.lifecycle.HangUp;
import dev.serai.loop.EventLoops;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import dev.serai.trace.Span;
import java.util.List;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/** Makes a call whose answer is an event stream on an exchange of its own, which may outlive the request's. */
public final class StreamOverRest extends AsyncProcessorSupport implements NonBlocking {
    private static final String ROUTE = "direct:stream-over-rest";
    /** What entries say of a call. */
    private static final List<String> OF_THE_CALL = List.of(
            HangUp.PROPERTY,
            InvocationHeaders.CLIENT,
            InvocationHeaders.ARRIVED_NANOS,
            InvocationHeaders.STREAMING,
            Caller.PROPERTY,
            CallerToken.PROPERTY,
            Span.PROPERTY,
            RestEntry.AS_EVENTS);

    private final CamelContext context;
    private final RestEntry entry;
    private final Predicate<Endpoint> nonBlocking;
    private final EventLoops loops;
    private final Workers workers;
    private volatile @Nullable AsyncProducer producer;

    /** @param nonBlocking tells whether the route that begins at an endpoint may run on an event loop */
    public StreamOverRest(
            CamelContext context, RestEntry entry, Predicate<Endpoint> nonBlocking, EventLoops loops, Workers workers) {
        this.context = context;
        this.entry = entry;
        this.nonBlocking = nonBlocking;
        this.loops = loops;
        this.workers = workers;
    }

    @Override
    public boolean process(Exchange request, AsyncCallback callback) {
        AsyncProducer to = producer();
        Exchange call = new DefaultExchange(context, ExchangePattern.InOut);
        for (String name : OF_THE_CALL) {
            Object value = request.getProperty(name);
            if (value != null) {
                call.setProperty(name, value);
            }
        }
        call.getIn().setHeaders(request.getMessage().getHeaders());
        call.getIn().setBody(request.getMessage().getBody());
        RestStream stream = new RestStream(request, callback, entry, workers);
        call.setProperty(CallerChannel.PROPERTY, stream);
        Runnable send = () -> to.process(call, doneSync -> stream.ended(call));
        if (loops.onLoop() && !nonBlocking.test(to.getEndpoint())) {
            workers.goOn(send);
        } else {
            send.run();
        }
        return false;
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
