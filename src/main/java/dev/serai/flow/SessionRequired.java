package dev.serai.flow;

import dev.serai.capability.Capability;
import dev.serai.loop.NonBlocking;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/**
 * The router's question: does a header {@code *_requires_session} ask for a session? Which header that
 * is was worked out when the declaration was loaded, so nothing is searched for here.
 */
public final class SessionRequired implements Predicate, NonBlocking {
    @Override
    public boolean matches(Exchange exchange) {
        Capability capability = Invocation.of(exchange).capability();
        String key = capability.sessionKey();
        if (key == null) {
            return false;
        }
        Object value = exchange.getMessage().getHeader(key);
        return "true".equals(value) || "auto".equals(value);
    }
}
