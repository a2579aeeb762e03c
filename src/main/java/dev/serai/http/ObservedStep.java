package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

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
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call != null && call.aside()) {
            step.process(exchange);
            return;
        }
        String url = call == null ? "" : call.serverUrl();
        try {
            step.process(exchange);
        } catch (UpstreamStatusException e) {
            observer.answered(url, e.status());
            throw e;
        } catch (CapabilityException e) {
            if (!gone(call, e.code())) {
                observer.failed(url, e.code());
            }
            throw e;
        }
        observer.answered(url, exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class));
    }

    /** Whether it was cut before its deadline: the caller has gone, which says nothing about the server. */
    private static boolean gone(@Nullable UpstreamCall call, ErrorCode code) {
        return code == ErrorCode.TIMEOUT && call != null && System.nanoTime() - call.deadlineNanos() < 0;
    }
}
