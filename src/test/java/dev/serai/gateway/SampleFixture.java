package dev.serai.gateway;

import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A sample MCP server that runs, and a folder for the gateways before it. */
public abstract class SampleFixture {
    @TempDir
    protected Path folder;

    protected final SampleMcpServer server = new SampleMcpServer();

    @BeforeEach
    protected void startServer() {
        server.start();
    }

    @AfterEach
    protected void stopServer() {
        server.dials().release();
        server.close();
    }

    /** A gateway with {@code s.<tool>} for each of these tools of the server. */
    protected TestGateway.Builder declaring(String... tools) {
        StringBuilder yaml = new StringBuilder("defaults:\n  metadata:\n    mcp: { server_url: ")
                .append(server.uri())
                .append(", requires_session: true }\ncapabilities:\n");
        for (String tool : tools) {
            yaml.append("  - { id: s.")
                    .append(tool)
                    .append(", metadata: { mcp: { tool_name: ")
                    .append(tool)
                    .append(" } } }\n");
        }
        return TestGateway.in(folder).capabilities("s.yaml", yaml.toString());
    }
}
