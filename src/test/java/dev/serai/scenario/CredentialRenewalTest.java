package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class CredentialRenewalTest {
    private static final int CALLERS = 200;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private TestGateway gateway(String metadata) {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, metadata, "echo"))
                .start();
    }

    private TestGateway gatewayWithTokenFile() throws IOException {
        Files.writeString(token(), "first\n");
        server.dials().requireBearer("first");
        return gateway("  auth_file: " + token());
    }

    private Path token() {
        return folder.resolve("token");
    }

    @Test
    void aRotatedTokenIsTakenUpWithOneRenewalAndNoFailedCall() throws IOException {
        try (TestGateway gateway = gatewayWithTokenFile();
                Callers callers = new Callers(CALLERS)) {
            assertThat(gateway.call("sample.echo", "{\"message\":\"warm\"}").completed())
                    .isTrue();
            Files.writeString(token(), "second\n");
            server.dials().requireBearer("second");

            List<CallOutcome> outcomes =
                    callers.callAll(i -> gateway.call("sample.echo", "{\"message\":\"m" + i + "\"}"));

            assertThat(outcomes).allMatch(CallOutcome::completed);
            assertThat(server.counters().initialize()).isEqualTo(2);
        }
    }

    @Test
    void aTokenThatStaysRefusedIsTheCallersErrorWithoutALoop() throws IOException {
        try (TestGateway gateway = gatewayWithTokenFile();
                Callers callers = new Callers(CALLERS)) {
            assertThat(gateway.call("sample.echo", "{\"message\":\"warm\"}").completed())
                    .isTrue();
            server.dials().requireBearer("another");

            List<CallOutcome> outcomes =
                    callers.callAll(i -> gateway.call("sample.echo", "{\"message\":\"m" + i + "\"}"));

            assertThat(outcomes).allSatisfy(o -> assertThat(o.headers())
                    .containsEntry("CapabilityErrorCode", "upstream_unauthorized")
                    .containsEntry("CapabilityStatus", "failed"));
            // Each caller once, and the openings that all of them share.
            assertThat(server.counters().refused()).isBetween(2L, CALLERS + 10L);

            assertThat(server.counters().initialize()).isEqualTo(1);
            server.dials().requireBearer("first");
            assertThat(eventually(gateway).completed()).isTrue();
            assertThat(server.counters().initialize())
                    .as("the refused session is not used again")
                    .isEqualTo(2);
        }
    }

    /** The failed opening is remembered for a moment. */
    private static CallOutcome eventually(TestGateway gateway) {
        return org.awaitility.Awaitility.await()
                .until(() -> gateway.call("sample.echo", "{\"message\":\"again\"}"), CallOutcome::completed);
    }

    @Test
    void anUnsetVariableIsNamedWhenTheServerAnswers401() {
        server.dials().requireBearer("first");
        try (TestGateway gateway = gateway("  auth_env_var: NOBODY_SET_THIS")) {
            HttpResponse<String> answer = gateway.post("sample.echo", "{\"message\":\"hi\"}");

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("upstream_unauthorized").contains("NOBODY_SET_THIS");
        }
    }

    @Test
    void theEnvironmentGivesTokenAndServer() {
        server.dials().requireBearer("secret-from-env");
        TestGateway.Builder builder = TestGateway.in(folder)
                .environment("SAMPLE_TOKEN", "secret-from-env")
                .environment("SAMPLE_URL", server.uri().toString())
                .capabilities(
                        "sample.yaml",
                        Sample.declarations(
                                "http://127.0.0.1:9/nowhere",
                                "sample",
                                "auto",
                                "  auth_env_var: SAMPLE_TOKEN\n  server_url_override_env: SAMPLE_URL",
                                List.of("echo")));
        try (TestGateway gateway = builder.start()) {
            assertThat(gateway.post("sample.echo", "{\"message\":\"hi\"}").body())
                    .isEqualTo("\"hi\"");
        }
    }
}
