package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts on a file of sessions whose last write was cut off. The system property {@code serai.test.cut-step} says at
 * every how many bytes of the last record; {@code .ci/run} takes each.
 */
@Timeout(900)
class CutOffStoreTest {
    private static final int STEP = Integer.getInteger("serai.test.cut-step", 64);
    private static final int WRITES = 6;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();

    private TestGateway start() {
        return TestGateway.in(folder)
                .setting("serai.store", "file")
                .setting("serai.store.file", file().toString())
                .setting("serai.session.failure-backoff", "0ms")
                .environment("SERAI_STORE_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
                .capabilities("sample.yaml", Sample.declarations(server, "session: { scope: conversation }", "echo"))
                .start();
    }

    private Path file() {
        return folder.resolve("sessions.store");
    }

    private static String session(TestGateway gateway, int conversation) {
        CallOutcome outcome = gateway.callIn("c" + conversation, "sample.echo", "{\"message\":\"hi\"}");
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        assertThat(outcome.headers()).containsEntry("CapabilityAttempts", "1");
        return String.valueOf(outcome.headers().get("CapabilitySession"));
    }

    private void startsWith(byte[] content, int length, String first) throws Exception {
        Files.write(file(), Arrays.copyOf(content, length));
        try (TestGateway gateway = start()) {
            assertThat(gateway.get("/observe/health").body())
                    .as("cut off at %d", length)
                    .contains("\"store\":\"UP\"");
            assertThat(session(gateway, 0)).as("cut off at %d", length).isEqualTo(first);
            session(gateway, WRITES);
        }
    }

    @Test
    void aFileCutOffAnywhereInItsLastWriteStartsAGatewayThatKnowsWhatWasBefore() throws Exception {
        server.start();
        try (server) {
            String first;
            try (TestGateway gateway = start()) {
                first = session(gateway, 0);
            }
            long firstEnds = Files.size(file());
            try (TestGateway gateway = start()) {
                for (int i = 1; i < WRITES; i++) {
                    session(gateway, i);
                }
            }
            long lastBegins = Files.size(file());
            try (TestGateway gateway = start()) {
                session(gateway, WRITES);
            }
            byte[] whole = Files.readAllBytes(file());
            assertThat(whole.length).isGreaterThan((int) lastBegins);
            for (long length = firstEnds; length < lastBegins; length += 64) {
                startsWith(whole, (int) length, first);
            }
            for (long length = lastBegins; length < whole.length; length += STEP) {
                startsWith(whole, (int) length, first);
            }
        }
    }
}
