package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SecretsInLogsTest {
    private static final String DECLARATIONS = """
            capabilities:
              - id: s.echo
                metadata:
                  mcp: { server_url: %1$s, requires_session: true, tool_name: echo, auth_file: %2$s }
              - id: s.plain
                metadata:
                  mcp: { server_url: %1$s, requires_session: false, tool_name: echo, auth_file: %2$s, auth_scheme: query, auth_name: key }
              - id: s.fail
                metadata:
                  mcp: { server_url: %1$s, requires_session: true, tool_name: fail, auth_file: %2$s }
            """;
    private static final String FIRST = "first-Tok3n-9f81";
    private static final String SECOND = "second-Tok3n-77aa";
    private static final String MARKER = "marker-Argum3nt-51c0";

    @TempDir
    Path folder;

    @Test
    void noLevelLogsATokenASessionIdOrAnArgument() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), FIRST);
        try (SampleMcpServer server = new SampleMcpServer();
                CapturedLog log = CapturedLog.at(Level.ALL)) {
            server.start();
            server.dials().requireBearer(FIRST);
            try (TestGateway gateway = TestGateway.in(folder)
                    .capabilities("s.yaml", DECLARATIONS.formatted(server.uri(), token))
                    .start()) {
                String arguments = "{\"message\":\"" + MARKER + "\"}";
                assertThat(gateway.post("s.echo", arguments, "Authorization", "Bearer " + MARKER)
                                .statusCode())
                        .isEqualTo(200);
                gateway.post("s.plain", arguments);
                gateway.post("s.fail", arguments);
                gateway.post("s.echo", "{\"message\":\"" + MARKER);
                server.expireAllSessions();
                assertThat(gateway.call("s.echo", arguments).completed()).isTrue();
                server.dials().requireBearer(SECOND);
                Files.writeString(token, SECOND);
                CallOutcome renewed = gateway.call("s.echo", arguments);
                assertThat(renewed.completed()).as("%s", renewed).isTrue();
                server.dials().nextStatuses(500);
                gateway.post("s.echo", arguments);
                server.dials().requireBearer("another");
                assertThat(gateway.call("s.echo", arguments).completed()).isFalse();
                gateway.gateway().explain("s.echo", TestGateway.tree(arguments));
            }
            await().until(() -> server.counters().deletes() > 0);

            List<String> sessions = server.requests().stream()
                    .map(request -> request.header("Mcp-Session-Id"))
                    .filter(id -> !id.isEmpty())
                    .distinct()
                    .toList();
            assertThat(sessions).hasSizeGreaterThan(2);
            assertThat(log.events()).hasSizeGreaterThan(100);
            assertThat(log.events()).anyMatch(event -> event.startsWith("FINE"));
            assertThat(leaks(log, FIRST, SECOND, MARKER)).isEmpty();
            assertThat(leaks(log, sessions.toArray(String[]::new))).isEmpty();
        }
    }

    private static List<String> leaks(CapturedLog log, String... secrets) {
        return log.events().stream()
                .filter(event -> List.of(secrets).stream()
                        .anyMatch(secret -> event.toLowerCase(Locale.ROOT).contains(secret.toLowerCase(Locale.ROOT))))
                .map(event -> event.substring(0, Math.min(300, event.length())))
                .limit(10)
                .toList();
    }
}
