package dev.serai.loop;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * A step that never waits, for routes that every call takes: Camel calls it as it is, where for a method of a bean it looks
 * the method up, binds its parameters and copies the message.
 */
public final class Step extends AsyncProcessorSupport implements NonBlocking {
    private final Processor work;

    /** @param work never waits; what it throws is the exchange's failure */
    public Step(Processor work) {
        this.work = work;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            work.process(exchange);
        } catch (Exception | Error e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }
}
