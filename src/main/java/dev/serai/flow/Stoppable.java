package dev.serai.flow;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Runs a step that may block so that it ends at once when its invocation is stopped, whatever blocks in it. */
final class Stoppable {
    private Stoppable() {}

    /**
     * Leaves a failure on the exchange. What an interrupt leaves behind there would end the whole flow without an
     * answer, so it is taken away.
     */
    static void run(Exchange exchange, Processor step) {
        Invocation invocation = Invocation.of(exchange);
        try {
            Stops.check(invocation.life.stage());
            invocation.life.work().begin();
            try {
                step.process(exchange);
            } catch (InterruptedException e) {
                // Left as it is, it would mark the exchange.
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
        } catch (Exception | Error e) {
            exchange.setException(e);
        }
    }
}
