package dev.serai.mcp;

import org.apache.camel.Exchange;

/** Opens a session with a handshake; a server that takes none any more is to be asked anew what it speaks. */
public final class McpShakeHands extends GuardedRoute {
    public McpShakeHands() {
        super("mcp-shake-hands");
    }

    @Override
    void failed(McpProtocol mcp, Exchange exchange, Exception failure) throws Exception {
        mcp.notInitialized(exchange, failure);
    }
}
