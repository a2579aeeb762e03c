package dev.serai.flow;

import dev.serai.loop.NonBlocking;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether a try is due: the first, and another where the last one's failure has been judged to ask for it. */
public final class TryAgain implements Predicate, NonBlocking {
    @Override
    public boolean matches(Exchange exchange) {
        Invocation invocation = Invocation.of(exchange);
        boolean due = invocation.policy.tryDue;
        invocation.policy.tryDue = false;
        return due;
    }
}
