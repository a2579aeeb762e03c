package dev.serai.delivery;

import dev.serai.loop.NonBlocking;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;

/** Begins one more try, with the message as it came; as a predicate, whether there is to be one. */
public final class PresentDelivery implements Processor, Predicate, NonBlocking {
    @Override
    public boolean matches(Exchange exchange) {
        return !DeliveryState.of(exchange).over;
    }

    @Override
    public void process(Exchange exchange) {
        DeliveryState state = DeliveryState.of(exchange);
        state.attempts++;
        state.present(exchange.getMessage());
    }
}
