package dev.serai.mcp;

import org.apache.camel.Exchange;

/**
 * The request under way on an exchange.
 *
 * @param id its JSON-RPC id
 * @param rounds how often the server has asked for input before it answers; at least 0
 */
record Pending(long id, McpRequest request, Wire wire, int rounds) {
    static Pending of(Exchange exchange) {
        Pending pending = exchange.getProperty(McpHeaders.PENDING, Pending.class);
        if (pending == null) {
            throw new IllegalStateException("an answer is read, but no request was written on this exchange");
        }
        return pending;
    }

    boolean isStateless() {
        return wire instanceof StatelessWire;
    }
}
