package dev.serai.mcp;

import org.apache.camel.Exchange;

/** Asks the server what it speaks; that it does not understand the question is an answer too. */
public final class McpFindEra extends GuardedRoute {
    public McpFindEra() {
        super("mcp-find-era");
    }

    @Override
    void failed(McpProtocol mcp, Exchange exchange, Exception failure) throws Exception {
        mcp.notDiscovered(exchange, failure);
    }
}
