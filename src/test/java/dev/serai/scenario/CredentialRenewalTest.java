package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
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
    void rotationsUnderLoadDrainTheOldSessionsWithoutAFailedCall() throws IOException {
        int rotations = 5;
        AtomicBoolean over = new AtomicBoolean();
        try (TestGateway gateway = gatewayWithTokenFile();
                Callers callers = new Callers(12)) {
            List<Future<Long>> failures = callers.start(i -> {
                long failed = 0;
                while (!over.get()) {
                    failed += gateway.call("sample.echo", "{\"message\":\"m" + i + "\"}")
                                    .completed()
                            ? 0
                            : 1;
                }
                return failed;
            });
            for (int i = 1; i <= rotations; i++) {
                awaitCalls(1_000);
                Path next = Files.writeString(folder.resolve("next"), "token-" + i);
                Files.move(next, token(), StandardCopyOption.ATOMIC_MOVE);
                server.dials().requireBearer("token-" + i);
            }
            awaitCalls(200);
            over.set(true);

            assertThat(Callers.results(failures)).containsOnly(0L);
            assertThat(server.counters().initialize()).isEqualTo(rotations + 1);
            Awaitility.await()
                    .until(() -> TestGateway.tree(gateway.get("/admin/sessions").body())
                                    .get("live")
                                    .intValue()
                            == 1);
            assertThat(TestGateway.tree(
                                    gateway.get("/admin/sessions?closed=true").body())
                            .get("sessions"))
                    .hasSize(rotations)
                    .allMatch(session -> session.get("closedFor").asText().equals("refused"));
        }
    }

    private void awaitCalls(int more) {
        long before = server.counters().executions("echo");
        Awaitility.await().until(() -> server.counters().executions("echo") >= before + more);
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
