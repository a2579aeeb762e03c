package dev.serai.flow;

import dev.serai.loop.NonBlocking;
import dev.serai.policy.Policies;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether the declaration wants a call tried again that failed in a way that may pass. */
public final class RetriesDeclared implements Predicate, NonBlocking {
    @Override
    public boolean matches(Exchange exchange) {
        Policies policies = Invocation.of(exchange).plan().policies();
        return policies != null && policies.retry() != null;
    }
}
