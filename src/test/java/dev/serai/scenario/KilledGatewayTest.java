package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.GatewayProcess;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KilledGatewayTest {
    private static final int CONVERSATIONS = 20;

    @TempDir
    Path folder;

    @Test
    void afterAKillEveryConversationGoesOnWithItsStoredSession() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            server.start();
            Path capabilities = Files.createDirectory(folder.resolve("capabilities"));
            Files.writeString(
                    capabilities.resolve("sample.yaml"),
                    Sample.declarations(server, "session: { scope: conversation }", "echo"));
            Map<String, String> settings = Map.of(
                    "serai.store",
                    "file",
                    "serai.store.file",
                    folder.resolve("sessions").toString());
            Map<String, String> environment = Map.of("SERAI_STORE_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
            for (int life = 0; life < 2; life++) {
                GatewayProcess gateway = GatewayProcess.start(capabilities, settings, environment);
                try {
                    for (int i = 0; i < CONVERSATIONS; i++) {
                        HttpResponse<String> answer = gateway.post(
                                "sample.echo", "{\"message\":\"hi\"}", "Serai-Conversation", "conversation-" + i);
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    }
                } finally {
                    gateway.kill();
                }
            }
            assertThat(server.counters().calls()).isEqualTo(2 * CONVERSATIONS);
            assertThat(server.counters().initialize()).isEqualTo(CONVERSATIONS);
        }
    }
}
