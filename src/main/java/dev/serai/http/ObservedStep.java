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
        Exception failure = exchange.getException();
        call.undecided(null);
        if (failure == null) {
            int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
            if (exchange.getMessage().getBody() instanceof EventStream stream) {
                stream.observed(observer, status);
            } else {
                answered(observer, call, status);
            }
        } else if (failure instanceof UpstreamStatusException status) {
            observer.answered(call.serverUrl(), status.status());
        } else if (failure instanceof CapabilityException told && !(failure instanceof NoRoomException)) {
            failed(observer, call, told.code());
        }
    }

    static void answered(UpstreamObserver observer, UpstreamCall call, int status) {
        observer.answered(call.serverUrl(), status);
        call.undecided(observer);
    }

    /** What was cut before its deadline tells nothing: the caller has gone. */
    static void failed(UpstreamObserver observer, UpstreamCall call, ErrorCode code) {
        if (code != ErrorCode.TIMEOUT) {
            observer.failed(call.serverUrl(), code);
        } else if (System.nanoTime() - call.deadlineNanos() >= 0) {
            if (call.isHurried()) {
                observer.hurried(call.serverUrl());
            } else {
                observer.failed(call.serverUrl(), code);
            }
        }
    }
}
