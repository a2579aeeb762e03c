package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.GatewayProcess;
import dev.serai.sample.SampleMcpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Signals to processes: what was accepted is answered, and the process ends by itself. */
@Tag("integration")
@Timeout(180)
class TerminationTest {
    private static final int IN_FLIGHT = 500;
    private static final int QUEUED = 200;
    private static final int SIGINT = 128 + 2;
    private static final int SIGTERM = 128 + 15;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final ExecutorService callers = Executors.newFixedThreadPool(IN_FLIGHT + QUEUED);

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopAll() {
        server.dials().release();
        callers.shutdownNow();
        server.close();
    }

    private GatewayProcess start() throws IOException {
        Path capabilities = Files.createDirectories(folder.resolve("capabilities"));
        Files.writeString(capabilities.resolve("s.yaml"), """
                capabilities:
                  - id: s.echo
                    metadata:
                      mcp: { server_url: %s, requires_session: true, tool_name: echo }
                      session: { concurrency: %d }
                      policy: { timeout: 60s }
                """.formatted(server.uri(), IN_FLIGHT + QUEUED));
        return GatewayProcess.start(
                capabilities,
                Map.of(
                        "serai.http.threads",
                        "800",
                        "serai.limits.in-flight",
                        Integer.toString(IN_FLIGHT),
                        "serai.shutdown-timeout",
                        "60s",
                        "serai.session.close-timeout",
                        "20s"),
                Map.of());
    }

    @Test
    void sigtermUnderLoadLosesNothingThatWasAccepted() throws Exception {
        try (GatewayProcess gateway = start()) {
            server.dials().holdCalls();
            List<Future<HttpResponse<String>>> calls = new ArrayList<>();
            for (int i = 0; i < IN_FLIGHT + QUEUED; i++) {
                calls.add(callers.submit(() -> gateway.post("s.echo", "{\"message\":\"hi\"}")));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> server.counters().calls() == IN_FLIGHT
                            && gateway.get("/admin/invocations").body().contains("\"medium\":" + QUEUED));

            gateway.terminate();
            await().until(() -> gateway.get("/capabilities").statusCode() == 503);
            assertThat(gateway.post("s.echo", "{\"message\":\"late\"}").statusCode())
                    .isEqualTo(503);
            assertThat(gateway.get("/observe/health/ready").statusCode()).isEqualTo(503);
            assertThat(gateway.hasEnded()).isFalse();
            server.dials().release();

            for (Future<HttpResponse<String>> call : calls) {
                HttpResponse<String> answer = call.get(60, TimeUnit.SECONDS);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
            await().atMost(Duration.ofSeconds(30)).until(gateway::hasEnded);
            assertThat(gateway.exitValue()).isEqualTo(SIGTERM);
            assertThat(server.counters().executions("echo")).isEqualTo(IN_FLIGHT + QUEUED);
            assertThat(server.openSessions()).isZero();
            assertThat(server.counters().deletes()).isEqualTo(1);
            assertThat(gateway.log())
                    .contains(
                            "700 calls in progress answered (200 of them from the queue), 0 aborted, 1 sessions closed");
        }
    }

    @Test
    void controlCEndsTheDemo() throws Exception {
        Process demo = Launcher.start("demo", "--port", "0");
        try (BufferedReader out = demo.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.startsWith("Ctrl-C")) {
                line = out.readLine();
            }

            Process kill = new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start();
            assertThat(kill.waitFor()).isZero();

            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(demo.exitValue()).isEqualTo(SIGINT);
        } finally {
            demo.destroyForcibly();
        }
    }
}
