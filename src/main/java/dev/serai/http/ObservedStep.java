package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.loop.NonBlocking;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** The HTTP step with somebody who is told what becomes of each request. */
public final class ObservedStep extends AsyncProcessorSupport implements NonBlocking {
    private final AsyncProcessor step;
    private final UpstreamObserver observer;

    public ObservedStep(AsyncProcessor step, UpstreamObserver observer) {
        this.step = step;
        this.observer = observer;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call == null || call.aside()) {
            return step.process(exchange, callback);
        }
        return step.process(exchange, sync -> {
            note(exchange, call);
            callback.done(sync);
        });
    }

    private void note(Exchange exchange, UpstreamCall call) {
        String url = call.serverUrl();
        Exception failure = exchange.getException();
        if (failure == null) {
            if (exchange.getMessage().getBody() instanceof EventStream stream) {
                stream.observed(observer, exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class));
            } else {
                observer.answered(url, exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class));
            }
        } else if (failure instanceof UpstreamStatusException status) {
            observer.answered(url, status.status());
        } else if (failure instanceof CapabilityException told && !gone(call, told.code())) {
            observer.failed(url, told.code());
        }
    }

    /** Whether it was cut before its deadline: the caller has gone, which says nothing about the server. */
    static boolean gone(UpstreamCall call, ErrorCode code) {
        return code == ErrorCode.TIMEOUT && System.nanoTime() - call.deadlineNanos() < 0;
    }
}
