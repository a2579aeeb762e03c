package dev.serai.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;

/** One call of a capability as a tool of {@code /mcp}, in the way of 2026-07-28. */
final class StatelessMcp {
    private StatelessMcp() {}

    /** The result of {@code tools/call}. */
    static JsonNode call(TestGateway gateway, String tool, String arguments) {
        JsonNode request = Json.MAPPER.valueToTree(Map.of(
                "jsonrpc",
                "2.0",
                "id",
                1,
                "method",
                "tools/call",
                "params",
                Map.of(
                        "name",
                        tool,
                        "arguments",
                        TestGateway.tree(arguments),
                        "_meta",
                        Map.of(
                                "io.modelcontextprotocol/protocolVersion",
                                "2026-07-28",
                                "io.modelcontextprotocol/clientCapabilities",
                                Map.of()))));
        String answer = gateway.send(
                        HttpRequest.newBuilder(URI.create(gateway.gateway().url() + "/mcp"))
                                .headers(
                                        "Content-Type",
                                        "application/json",
                                        "Accept",
                                        "application/json, text/event-stream",
                                        "MCP-Protocol-Version",
                                        "2026-07-28",
                                        "Mcp-Method",
                                        "tools/call",
                                        "Mcp-Name",
                                        tool)
                                .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                                .build())
                .body();
        return TestGateway.tree(answer).path("result");
    }
}
