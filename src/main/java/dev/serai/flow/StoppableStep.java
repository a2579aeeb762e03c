package dev.serai.flow;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * A step that ends at once when its invocation is stopped, whatever blocks in it. What an interrupt leaves behind on
 * the exchange would end the whole flow without an answer, so it is taken away.
 */
public final class StoppableStep implements Processor {
    private final Processor step;

    public StoppableStep(Processor step) {
        this.step = step;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Invocation invocation = Invocation.of(exchange);
        Stops.check(invocation.life.stage());
        invocation.life.work().begin();
        try {
            step.process(exchange);
        } catch (InterruptedException e) {
            // Thrown on, it would mark the exchange.
            Stops.check(invocation.life.stage());
            throw e;
        } finally {
            invocation.life.work().end();
        }
        if (invocation.life.stage().isEnd()) {
            exchange.setRouteStop(false);
            exchange.getExchangeExtension().setInterrupted(false);
            if (exchange.getException() == null) {
                Stops.check(invocation.life.stage());
            }
        }
    }
}
