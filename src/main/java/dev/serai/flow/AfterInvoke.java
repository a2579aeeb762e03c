package dev.serai.flow;

import dev.serai.invocation.InvocationHeaders;
import dev.serai.lifecycle.Stage;
import dev.serai.loop.EventLoops;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import java.io.IOException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Has the route {@code direct:after-invoke} pass every result before it is answered, where there is one: the body that
 * it leaves is the result. Of a failure it sees the answer, which it cannot change.
 */
public final class AfterInvoke extends AsyncProcessorSupport implements NonBlocking {
    private static final String NAME = "after-invoke";

    private final Hook hook;

    public AfterInvoke(CamelContext context, ProviderRoutes routes, EventLoops loops, Workers workers) {
        this.hook = new Hook(NAME, context, routes, loops, workers);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Invocation invocation = Invocation.of(exchange);
        if (hook.takes(invocation)) {
            return hook.step(exchange, () -> pass(exchange, invocation), callback);
        }
        callback.done(true);
        return true;
    }

    private void pass(Exchange exchange, Invocation invocation) {
        // A session is not held by what the user does with the result.
        invocation.releaseLease();
        Message message = exchange.getMessage();
        try {
            message.setBody(CompleteInvocation.result(exchange, invocation));
        } catch (IOException | RuntimeException e) {
            exchange.setException(e);
            return;
        }
        exchange.removeProperty(CompleteInvocation.VALUE);
        message.getHeaders().clear();
        Hook.show(message, invocation.asked);
        message.setHeader(InvocationHeaders.REQUEST_ID, invocation.life.requestId());
        message.setHeader(InvocationHeaders.STATUS, Stage.COMPLETED.wireName());
        hook.run(exchange, invocation);
    }

    /** Shows the answer to a call that failed, which does not wait for that. */
    void failed(Exchange exchange, Invocation invocation) {
        if (hook.takes(invocation)) {
            hook.observe(exchange, invocation);
        }
    }
}
