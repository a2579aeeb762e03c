package dev.serai.mcp;

import org.apache.camel.Exchange;

/**
 * Sends a stateless request; tells what its refusal means to a caller, who did not write its headers. Where other headers may
 * be wanted, the property {@code SeraiMcpHeadersUnknown} says so instead.
 */
public final class McpSendStateless extends GuardedRoute {
    public McpSendStateless() {
        super("mcp-send-stateless");
    }

    @Override
    void failed(McpProtocol mcp, Exchange exchange, Exception failure) throws Exception {
        mcp.refused(exchange, failure);
        if (McpToolHeaders.mayHelp(exchange, failure)) {
            return;
        }
        throw StatelessResult.explained(failure);
    }
}
