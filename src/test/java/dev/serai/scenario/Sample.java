package dev.serai.scenario;

import dev.serai.sample.SampleMcpServer;
import java.util.List;

/** Declarations for the tools of one sample server. */
final class Sample {
    private Sample() {}

    /** {@code sample.<tool>} for each tool; {@code metadata} is inserted as it is, indented by four. */
    static String declarations(SampleMcpServer server, String metadata, String... tools) {
        return declarations(server.uri().toString(), "sample", "true", metadata, List.of(tools));
    }

    static String declarations(String url, String group, String requiresSession, String metadata, List<String> tools) {
        StringBuilder yaml = new StringBuilder("defaults:\n  metadata:\n    mcp:\n      server_url: ")
                .append(url)
                .append("\n      requires_session: ")
                .append(requiresSession)
                .append('\n');
        metadata.lines().forEach(line -> yaml.append("    ").append(line).append('\n'));
        yaml.append("capabilities:\n");
        for (String tool : tools) {
            yaml.append("  - id: ")
                    .append(group)
                    .append('.')
                    .append(tool)
                    .append("\n    metadata: { mcp: { tool_name: ")
                    .append(tool)
                    .append(" } }\n    input_schema: { type: object }\n");
        }
        return yaml.toString();
    }
}
