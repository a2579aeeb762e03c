package dev.serai.chat;

import dev.serai.loop.NonBlocking;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Has the route {@code chat-complete} ask for the rest of an answer; where its server fails to give it, what there is is the
 * result.
 */
public final class ChatRest extends AsyncProcessorSupport implements NonBlocking {
    private static final String ROUTE = "direct:chat-complete";

    private final ConcurrentHashMap<CamelContext, AsyncProducer> producers = new ConcurrentHashMap<>(1);

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        AsyncProducer route = producers.computeIfAbsent(exchange.getContext(), ChatRest::producer);
        return route.process(exchange, sync -> {
            Exception failure = exchange.getException();
            if (failure != null) {
                exchange.setException(null);
                try {
                    calls(exchange).settle(exchange, failure);
                } catch (Exception e) {
                    exchange.setException(e);
                }
            }
            callback.done(sync);
        });
    }

    private static ChatCalls calls(Exchange exchange) {
        ChatCalls calls = exchange.getContext().getRegistry().lookupByNameAndType("chatCalls", ChatCalls.class);
        if (calls == null) {
            throw new IllegalStateException("the provider's file declares no bean \"chatCalls\"");
        }
        return calls;
    }

    private static AsyncProducer producer(CamelContext context) {
        try {
            AsyncProducer made = context.getEndpoint(ROUTE).createAsyncProducer();
            ServiceHelper.startService(made);
            return made;
        } catch (Exception e) {
            throw new IllegalStateException(ROUTE + " cannot be called", e);
        }
    }
}
