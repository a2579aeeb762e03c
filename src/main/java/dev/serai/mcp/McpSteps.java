package dev.serai.mcp;

import dev.serai.loop.Step;

/** The methods of {@link McpProtocol} that every call takes, as steps. */
public final class McpSteps {
    private McpSteps() {}

    /** See {@link McpProtocol#callTool}. */
    public static Step callTool() {
        return new Step(exchange -> GuardedRoute.mcp(exchange).callTool(exchange));
    }

    /** See {@link McpProtocol#readResult}. */
    public static Step readResult() {
        return new Step(exchange -> GuardedRoute.mcp(exchange).readResult(exchange));
    }
}
