package dev.serai.flow;

import dev.serai.lifecycle.Stage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Hands the exchange to {@code direct:<provider>-call}. A provider route ends with its own last step: what
 * it says about ending the exchange ({@code stop}, a rollback mark, a handled error) does not reach the
 * flow, which would go without an answer.
 */
public final class CallProvider implements Processor {
    private final CamelContext context;
    private final CancelNotices notices;
    private final ConcurrentHashMap<String, AsyncProducer> producers = new ConcurrentHashMap<>();

    public CallProvider(CamelContext context, CancelNotices notices) {
        this.notices = notices;
        this.context = context;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Invocation invocation = Invocation.of(exchange);
        invocation.life.advance(Stage.CALLING);
        ProviderWork work = new ProviderWork(invocation, exchange);
        try {
            work.run(producer(invocation.plan().provider()));
        } finally {
            if (Stops.in(invocation.life.stage()) != null) {
                notices.send(invocation, work.exchange());
            }
        }
    }

    /** As many as there are providers with routes. */
    private AsyncProducer producer(String provider) throws Exception {
        AsyncProducer known = producers.get(provider);
        if (known != null) {
            return known;
        }
        AsyncProducer made =
                context.getEndpoint("direct:" + provider + ProviderRoutes.CALL).createAsyncProducer();
        ServiceHelper.startService(made);
        AsyncProducer raced = producers.putIfAbsent(provider, made);
        return raced == null ? made : raced;
    }
}
