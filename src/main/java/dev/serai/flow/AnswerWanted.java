package dev.serai.flow;

import dev.serai.loop.NonBlocking;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether the call has to be made, since no answer of another is its own. */
public final class AnswerWanted implements Predicate, NonBlocking {
    @Override
    public boolean matches(Exchange exchange) {
        return Invocation.of(exchange).policy.servedFrom == null;
    }
}
