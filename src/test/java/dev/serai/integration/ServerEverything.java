package dev.serai.integration;

import java.io.IOException;

/** The MCP project's reference server. */
final class ServerEverything {
    private static final String SCRIPT = "@modelcontextprotocol/server-everything/dist/index.js";

    /** The path of its endpoint. */
    static final String PATH = "/mcp";

    private ServerEverything() {}

    static NpmServer start() throws IOException {
        return NpmServer.start(SCRIPT, "streamableHttp");
    }

    /** The same over the transport of 2024-11-05, at {@code /sse}. */
    static NpmServer startSse() throws IOException {
        return NpmServer.start(SCRIPT, "sse");
    }
}
