package dev.serai.access;

import dev.serai.invocation.Caller;
import dev.serai.invocation.Roles;
import org.apache.camel.Exchange;

/** For routes of one's own that know who calls, from JMS for example: says so to {@code direct:invoke-capability}. */
public final class LocalCaller {
    /** The registry name, so that a route says {@code bean:local-caller?method=is(*, 'orders', 'reader, writer')}. */
    public static final String NAME = "local-caller";

    /**
     * Makes the exchange a call of somebody.
     *
     * @param name unique among the callers of this kind
     * @param roles separated by commas
     * @throws IllegalArgumentException for what is no role
     */
    public void is(Exchange exchange, String name, String roles) {
        exchange.setProperty(Caller.PROPERTY, new Caller("local:" + name, Roles.parse(roles)));
    }
}
