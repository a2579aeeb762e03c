package dev.serai.mcp;

import org.apache.camel.Exchange;

/** Finds out which headers a tool's server wants; where that fails, what counts is why the call was refused. */
public final class McpFindHeaders extends GuardedRoute {
    public McpFindHeaders() {
        super("mcp-find-headers");
    }

    @Override
    void failed(McpProtocol mcp, Exchange exchange, Exception failure) throws Exception {
        throw McpToolHeaders.refusal(exchange);
    }
}
