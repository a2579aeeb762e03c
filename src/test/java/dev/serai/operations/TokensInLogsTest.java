package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import dev.serai.oauth.AuthorizationServerFake;
import dev.serai.sample.SampleMcpServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TokensInLogsTest {
    private static final String DECLARATION = """
            capabilities:
              - id: s.echo
                metadata:
                  mcp: { server_url: %s, requires_session: true, tool_name: echo, oauth_issuer: "%s", oauth_client_id: gateway, oauth_client_secret_env: CLIENT_SECRET }
            """;

    @TempDir
    Path folder;

    @Test
    void noLevelLogsATokenOrTheSecretOfTheClient() {
        try (SampleMcpServer server = new SampleMcpServer();
                AuthorizationServerFake issuer = new AuthorizationServerFake();
                CapturedLog log = CapturedLog.at(Level.ALL)) {
            server.start();
            server.dials().requireBearer(AuthorizationServerFake.token(1));
            try (TestGateway gateway = TestGateway.in(folder)
                    .environment("CLIENT_SECRET", AuthorizationServerFake.SECRET)
                    .capabilities("s.yaml", DECLARATION.formatted(server.uri(), issuer.issuer()))
                    .start()) {
                assertThat(gateway.post("s.echo", "{\"message\":\"hi\"}").statusCode())
                        .isEqualTo(200);
                server.dials().requireBearer("another");
                gateway.post("s.echo", "{\"message\":\"hi\"}");
                issuer.revokeClient();
                gateway.post("s.echo", "{\"message\":\"hi\"}");
            }
            String encoded =
                    Base64.getEncoder().encodeToString(AuthorizationServerFake.SECRET.getBytes(StandardCharsets.UTF_8));
            List<String> secrets = List.of("Tok3n-", "s3cret", encoded, "Basic Z2F0ZXdheT");
            assertThat(log.events()).anyMatch(event -> event.contains("dev.serai.oauth"));
            assertThat(log.events()).noneMatch(event -> secrets.stream().anyMatch(event::contains));
        }
    }
}
