package dev.serai.flow;

import dev.serai.loop.NonBlocking;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether a call that failed has yet to be answered, since no other capability has answered it. */
public final class Unanswered implements Predicate, NonBlocking {
    @Override
    public boolean matches(Exchange exchange) {
        return exchange.removeProperty(FallBack.ANSWERED) == null;
    }
}
