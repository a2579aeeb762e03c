package dev.serai.flow;

import org.apache.camel.Exchange;

/** What Camel's error handler leaves on an exchange whose failure has been dealt with. */
final class Remains {
    private Remains() {}

    /** Left there, it would make the next error handler pass over the next failure. */
    static void clear(Exchange exchange) {
        exchange.setException(null);
        exchange.getExchangeExtension().setErrorHandlerHandled(null);
        exchange.getExchangeExtension().setRedeliveryExhausted(false);
        exchange.getExchangeExtension().setFailureHandled(false);
    }
}
