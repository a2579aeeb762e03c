package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The main job against the MCP project's own reference server. */
@Tag("integration")
@Timeout(120)
class ServerEverythingTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: "%s", requires_session: true }
            capabilities:
              - id: it.echo
                metadata: { mcp: { tool_name: echo } }
                input_schema: { type: object, properties: { message: { type: string } }, required: [message] }
              - id: it.sum
                metadata: { mcp: { tool_name: get-sum } }
                input_schema: { type: object, properties: { a: { type: number }, b: { type: number } }, required: [a, b] }
              - id: it.long
                metadata: { mcp: { tool_name: trigger-long-running-operation } }
                input_schema: { type: object, properties: { duration: { type: number }, steps: { type: number } } }
              - id: it.batched
                metadata:
                  mcp: { tool_name: get-sum, protocol_version: "2025-03-26" }
                  policy: { batch: { size: 10, window: 10s } }
            """;

    private static NpmServer server;

    private RecordingProxy proxy;
    private RunningGateway gateway;

    @BeforeAll
    static void startServer() throws IOException {
        server = ServerEverything.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startGateway(@TempDir Path folder) throws IOException, StartException {
        proxy = RecordingProxy.before(server.uri(ServerEverything.PATH));
        gateway = RunningGateway.start(folder, DECLARATIONS.formatted(proxy.uri()));
    }

    @AfterEach
    void stopGateway() {
        gateway.close();
        proxy.close();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "it.echo | {\"message\":\"hi\"}           | Echo: hi",
                "it.sum  | {\"a\":2,\"b\":40}             | The sum of 2 and 40 is 42.",
                "it.long | {\"duration\":0.2,\"steps\":2} | Long running operation completed. Duration: 0.2 seconds, Steps: 2.",
            })
    void aToolAnswersOverRestThroughARouteAndOnTheCommandLine(String id, String arguments, String answer)
            throws Exception {
        assertThat(gateway.textOverRest(id, arguments)).isEqualTo(answer);
        assertThat(gateway.textThroughRoute(id, arguments)).isEqualTo(answer);
        assertThat(gateway.textOnCommandLine(id, arguments)).isEqualTo(answer);
    }

    @Test
    void twoToolsShareOneSession() throws Exception {
        gateway.textOverRest("it.echo", "{\"message\":\"a\"}");
        gateway.textOverRest("it.sum", "{\"a\":1,\"b\":2}");

        assertThat(proxy.toolCalls()).isEqualTo(2);
        assertThat(proxy.initializes()).isEqualTo(1);
    }

    @Test
    void tenCallsAreOneBatchInTheRevisionThatHasThem() throws Exception {
        List<Future<String>> calls = new ArrayList<>();
        ExecutorService callers = Executors.newFixedThreadPool(10);
        try {
            for (int n = 0; n < 10; n++) {
                String arguments = "{\"a\":" + n + ",\"b\":100}";
                calls.add(callers.submit(() -> gateway.textOverRest("it.batched", arguments)));
            }
            for (int n = 0; n < 10; n++) {
                assertThat(calls.get(n).get()).isEqualTo("The sum of " + n + " and 100 is " + (100 + n) + ".");
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(proxy.toolCalls()).isZero();
        assertThat(proxy.batches()).isEqualTo(1);
    }

    @Test
    void aSessionLostAtTheServerIsOpenedOnceMoreAndTheCallerSeesNothing() throws Exception {
        gateway.textOverRest("it.echo", "{\"message\":\"before\"}");
        assertThat(proxy.endSession()).isEqualTo(200);

        assertThat(gateway.textOverRest("it.echo", "{\"message\":\"after\"}")).isEqualTo("Echo: after");

        assertThat(proxy.initializes()).isEqualTo(2);
        assertThat(proxy.toolCalls())
                .as("the first call, the refused one, its replay")
                .isEqualTo(3);
    }

    @Test
    void shutdownEndsTheSessionAtTheServer() throws Exception {
        gateway.textOverRest("it.echo", "{\"message\":\"hi\"}");
        assertThat(proxy.deletes()).isZero();

        gateway.close();

        await().untilAsserted(() -> assertThat(proxy.deletes()).isEqualTo(1));
        assertThat(proxy.endSession()).as("a second DELETE").isEqualTo(400);
    }

    @Test
    void noMetadataHeaderReachesTheServer() throws Exception {
        gateway.textOverRest("it.echo", "{\"message\":\"hi\"}");

        assertThat(proxy.seen()).isNotEmpty().allSatisfy(seen -> assertThat(seen.headerNames())
                .noneMatch(name -> name.contains("_") || name.startsWith("capability") || name.startsWith("camel")));
    }
}
