package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The HTTP step with somebody who is told what becomes of each request. */
public final class ObservedStep implements Processor {
    private final UpstreamStep step;
    private final UpstreamObserver observer;

    public ObservedStep(UpstreamStep step, UpstreamObserver observer) {
        this.step = step;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        try {
            step.process(exchange);
        } catch (UpstreamStatusException e) {
            observer.answered(url(exchange), e.status());
            throw e;
        } catch (CapabilityException e) {
            observer.failed(url(exchange), e.code());
            throw e;
        }
        observer.answered(url(exchange), exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class));
    }

    private static String url(Exchange exchange) {
        UpstreamCall call = UpstreamCall.of(exchange);
        return call == null ? "" : call.serverUrl();
    }
}
