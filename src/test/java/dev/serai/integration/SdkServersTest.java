package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.StartException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Example servers of the TypeScript SDK that differ from the reference server in one way each. */
@Tag("integration")
@Timeout(120)
class SdkServersTest {
    private static final String EXAMPLES = "@modelcontextprotocol/sdk/dist/esm/examples/server/";
    private static final String DECLARATION = """
            capabilities:
              - id: it.tool
                metadata:
                  mcp: { server_url: "%s", tool_name: %s, requires_session: %s }
            """;

    @Test
    void aServerThatAnswersJsonInsteadOfEventsIsUnderstood(@TempDir Path folder) throws Exception {
        try (NpmServer server = NpmServer.start(EXAMPLES + "jsonResponseStreamableHttp.js");
                RecordingProxy proxy = RecordingProxy.before(server.uri("/mcp"));
                RunningGateway gateway = start(folder, proxy, "greet", "true")) {
            assertThat(gateway.textOverRest("it.tool", "{\"name\":\"Ada\"}")).isEqualTo("Hello, Ada!");
            assertThat(proxy.initializes()).isEqualTo(1);
        }
    }

    @Test
    void aServerWithoutSessionsIsCalledWithoutOneWhereTheDeclarationSaysAuto(@TempDir Path folder) throws Exception {
        try (NpmServer server = NpmServer.start(EXAMPLES + "simpleStatelessStreamableHttp.js");
                RecordingProxy proxy = RecordingProxy.before(server.uri("/mcp"));
                RunningGateway gateway = start(folder, proxy, "start-notification-stream", "auto")) {
            String arguments = "{\"interval\":1,\"count\":2}";
            assertThat(gateway.textOverRest("it.tool", arguments)).contains("every 1ms");
            assertThat(gateway.textOverRest("it.tool", arguments)).contains("every 1ms");
            assertThat(proxy.toolCalls()).isEqualTo(2);
            assertThat(proxy.initializes())
                    .as("that there is no session is remembered")
                    .isLessThanOrEqualTo(1);
        }
    }

    private static RunningGateway start(Path folder, RecordingProxy proxy, String tool, String session)
            throws IOException, StartException {
        return RunningGateway.start(folder, DECLARATION.formatted(proxy.uri(), tool, session));
    }
}
