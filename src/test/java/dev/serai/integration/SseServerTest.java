package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The reference server over the transport of 2024-11-05. */
@Tag("integration")
@Timeout(120)
class SseServerTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: "%s", transport: sse, requires_session: true }
            capabilities:
              - id: it.echo
                metadata: { mcp: { tool_name: echo } }
                input_schema: { type: object }
              - id: it.long
                metadata: { mcp: { tool_name: trigger-long-running-operation } }
                input_schema: { type: object }
            """;

    @Test
    void toolsOfTheReferenceServerAreCalledOnOneStream(@TempDir Path folder) throws Exception {
        try (NpmServer server = ServerEverything.startSse();
                RecordingProxy proxy = RecordingProxy.before(server.uri("/sse"));
                RunningGateway gateway = RunningGateway.start(folder, DECLARATIONS.formatted(proxy.uri()))) {
            for (int i = 0; i < 20; i++) {
                assertThat(gateway.textOverRest("it.echo", "{\"message\":\"" + i + "\"}"))
                        .isEqualTo("Echo: " + i);
            }
            assertThat(gateway.textOverRest("it.long", "{\"duration\":0.2,\"steps\":2}"))
                    .isEqualTo("Long running operation completed. Duration: 0.2 seconds, Steps: 2.");

            assertThat(proxy.initializes()).isEqualTo(1);
            assertThat(proxy.seen())
                    .filteredOn(seen -> seen.method().equals("GET"))
                    .hasSize(1);
        }
    }
}
