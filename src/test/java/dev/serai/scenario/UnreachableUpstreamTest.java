package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are not there, or not in time. */
@Timeout(120)
class UnreachableUpstreamTest {
    /** No resolver asks anybody about a label of more than 63 characters. */
    private static final String NO_HOST = "http://" + "n".repeat(64) + ".invalid/mcp";

    @TempDir
    Path folder;

    private TestGateway gateway(String url, String requiresSession, String metadata) {
        return TestGateway.in(folder)
                .capabilities(
                        "sample.yaml", Sample.declarations(url, "sample", requiresSession, metadata, List.of("echo")))
                .start();
    }

    @Test
    void aServerThatIsDownIs503WithAndWithoutASession() {
        HeldPort port = new HeldPort(0);
        String url = "http://127.0.0.1:" + port.port() + "/mcp";
        for (String session : new String[] {"true", "auto", "false"}) {
            try (TestGateway gateway = gateway(url, session, "")) {
                var problem = Refusals.overRest(gateway.post("sample.echo", "{}"), 503, "upstream_unavailable");
                assertThat(problem.path("detail").asText()).contains("refused the connection");
                Refusals.inProcess(gateway.call("sample.echo", "{}"), "failed", "upstream_unavailable");
            }
        }
        port.free();
    }

    @Test
    void aServerThatComesUpIsCalledAgain() {
        SampleMcpServer server = new SampleMcpServer();
        String url = server.start().toString();
        server.close();
        HeldPort port = new HeldPort(server.uri());
        try (TestGateway gateway = gateway(url, "true", "session: { concurrency: 1 }")) {
            Refusals.overRest(gateway.post("sample.echo", "{}"), 503, "upstream_unavailable");
            port.give(server::start);
            Awaitility.await().until(() -> gateway.call("sample.echo", "{\"message\":\"up?\"}")
                    .completed());
            Refusals.goodCallsStillWork(gateway);
        } finally {
            server.close();
        }
    }

    @Test
    void aHostThatDoesNotExistIs503() {
        try (TestGateway gateway = gateway(NO_HOST, "false", "")) {
            var problem = Refusals.overRest(gateway.post("sample.echo", "{}"), 503, "upstream_unavailable");
            assertThat(problem.path("detail").asText()).contains("unknown");
        }
    }

    @Test
    void aSlowCallIs504AndItsConnectionIsCutWhileTheSessionGoesOn() {
        try (SampleMcpServer server = new SampleMcpServer()) {
            String url = server.start().toString();
            try (TestGateway gateway = gateway(url, "true", "session: { concurrency: 1 }")) {
                Refusals.goodCallsStillWork(gateway);
                server.dials().holdCalls();

                Refusals.overRest(
                        gateway.post("sample.echo", "{\"message\":\"hi\"}", "Serai-Timeout-Ms", "2000"),
                        504,
                        "timeout");
                Awaitility.await().until(() -> server.counters().abandoned() == 1);
                Refusals.inProcess(
                        gateway.call("sample.echo", "{\"message\":\"hi\"}", Map.of("CapabilityTimeoutMs", "2000")),
                        "timed_out",
                        "timeout");
                Awaitility.await().until(() -> server.counters().abandoned() == 2);

                server.dials().release();
                Refusals.goodCallsStillWork(gateway);
                assertThat(server.counters().initialize()).isEqualTo(1);
                assertThat(server.counters().executions("echo")).isEqualTo(22);
            }
        }
    }

    @Test
    void aSlowToolEndsAtTheDeclaredTimeout() {
        try (SampleMcpServer server = new SampleMcpServer()) {
            String url = server.start().toString();
            try (TestGateway gateway = gateway(url, "true", "session: { concurrency: 1 }\npolicy: { timeout: 4s }")) {
                Refusals.goodCallsStillWork(gateway);
                server.dials().holdCalls();
                Refusals.overRest(gateway.post("sample.echo", "{\"message\":\"hi\"}"), 504, "timeout");
                Awaitility.await().until(() -> server.counters().abandoned() == 1);
                server.dials().release();
                Refusals.goodCallsStillWork(gateway);
            }
        }
    }
}
