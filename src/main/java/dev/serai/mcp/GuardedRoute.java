package dev.serai.mcp;

import dev.serai.loop.NonBlocking;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Runs another route of the provider on the same exchange, and looks at its failure. Routes of providers handle none
 * themselves, so that the renewal of sessions sees what fails for good.
 */
abstract class GuardedRoute extends AsyncProcessorSupport implements NonBlocking {
    private final String uri;
    private final ConcurrentHashMap<CamelContext, AsyncProducer> producers = new ConcurrentHashMap<>(1);

    /** @param route the id of the route */
    GuardedRoute(String route) {
        this.uri = "direct:" + route;
    }

    /**
     * Takes the failure, so that the caller's route goes on.
     *
     * @throws Exception where it cannot be taken
     */
    abstract void failed(McpProtocol mcp, Exchange exchange, Exception failure) throws Exception;

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        AsyncProducer route = producers.computeIfAbsent(exchange.getContext(), this::producer);
        return route.process(exchange, sync -> {
            Exception failure = exchange.getException();
            if (failure != null) {
                exchange.setException(null);
                try {
                    failed(mcp(exchange), exchange, failure);
                } catch (Exception e) {
                    exchange.setException(e);
                }
            }
            callback.done(sync);
        });
    }

    static McpProtocol mcp(Exchange exchange) {
        McpProtocol mcp = exchange.getContext().getRegistry().lookupByNameAndType("mcp", McpProtocol.class);
        if (mcp == null) {
            throw new IllegalStateException("the provider's file declares no bean \"mcp\"");
        }
        return mcp;
    }

    private AsyncProducer producer(CamelContext context) {
        try {
            AsyncProducer made = context.getEndpoint(uri).createAsyncProducer();
            ServiceHelper.startService(made);
            return made;
        } catch (Exception e) {
            throw new IllegalStateException(uri + " cannot be called", e);
        }
    }
}
