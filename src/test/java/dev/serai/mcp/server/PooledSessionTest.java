package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients without sessions in front of a server that has nothing but sessions. */
@Timeout(120)
class PooledSessionTest {
    private static final int CALLS = 1_000;
    private static final int CLIENTS = 8;
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    @Test
    void aThousandCallsOfModernClientsAreOneHandshake() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer();
                TestGateway gateway = TestGateway.in(folder)
                        .capabilities("sample.yaml", """
                                capabilities:
                                  - id: sample.echo
                                    metadata: { mcp: { server_url: "%s", tool_name: echo, requires_session: true } }
                                    input_schema: { type: object }
                                """.formatted(server.start()))
                        .start()) {
            RawMcp client = new RawMcp(gateway);
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
            try {
                List<Callable<JsonNode>> calls = new ArrayList<>();
                for (int i = 0; i < CALLS; i++) {
                    String arguments = "{\"name\":\"sample.echo\",\"arguments\":{\"message\":\"m" + i + "\"}}";
                    calls.add(() -> {
                        HttpResponse<String> answer = client.modern("tools/call", arguments);
                        assertThat(answer.headers().firstValue("Mcp-Session-Id"))
                                .isEmpty();
                        return RawMcp.answer(answer).path("result");
                    });
                }
                List<Future<JsonNode>> results = threads.invokeAll(calls, PATIENCE_SECONDS, TimeUnit.SECONDS);

                for (int i = 0; i < CALLS; i++) {
                    JsonNode result = results.get(i).get();
                    assertThat(result.path("resultType").asText()).isEqualTo("complete");
                    assertThat(result.at("/content/0/text").asText()).isEqualTo("m" + i);
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(server.counters().executions("echo")).isEqualTo(CALLS);
            assertThat(server.counters().initialize()).isEqualTo(1);
            assertThat(server.openSessions()).isEqualTo(1);
        }
    }
}
