package dev.serai.mcp;

import org.apache.camel.Exchange;

/** Sends a stateless request; tells what its refusal means to a caller, who did not write its headers. */
public final class McpSendStateless extends GuardedRoute {
    public McpSendStateless() {
        super("mcp-send-stateless");
    }

    @Override
    void failed(McpProtocol mcp, Exchange exchange, Exception failure) throws Exception {
        mcp.refused(exchange, failure);
        throw StatelessResult.explained(failure);
    }
}
