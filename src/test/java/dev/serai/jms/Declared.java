package dev.serai.jms;

import dev.serai.sample.SampleMcpServer;

/** Declarations for tools of a sample server: {@code sample.<tool>}. */
public final class Declared {
    private Declared() {}

    public static String of(SampleMcpServer server, String... tools) {
        StringBuilder yaml = new StringBuilder("""
            defaults:
              metadata:
                mcp: { server_url: "%s", requires_session: true }
            capabilities:
            """.formatted(server.uri()));
        for (String tool : tools) {
            yaml.append("""
                  - id: sample.%s
                    metadata: { mcp: { tool_name: %s } }
                    input_schema: { type: object }
                """.formatted(tool, tool));
        }
        return yaml.toString();
    }
}
