package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Wrong settings of the store end the start, a store that is away ends nothing, and neither tells a secret. */
@Timeout(120)
class StoreSettingsTest {
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String PASSWORD = "passw0rd-of-redis";

    @TempDir
    Path folder;

    private TestGateway.Builder gateway(String mode) {
        return TestGateway.in(folder).setting("serai.store", mode).environment("SERAI_STORE_KEY", KEY);
    }

    private static void assertRefused(TestGateway.Builder gateway, String... parts) {
        assertThatThrownBy(gateway::start)
                .rootCause()
                .message()
                .contains(parts)
                .doesNotContain(PASSWORD)
                .doesNotContain(KEY);
    }

    @Test
    void aWordThatIsNoModeIsRefused() {
        assertRefused(gateway("disk"), "serai.store = 'disk': expected none, file or redis");
    }

    @Test
    void aPasswordInTheSettingsIsRefused() {
        assertRefused(
                gateway("redis").setting("serai.store.redis-url", "redis://:" + PASSWORD + "@localhost"),
                "serai.store.redis-url holds a user or password",
                "serai.store.redis-url-env");
    }

    @Test
    void aVariableThatIsNotSetIsRefused() {
        assertRefused(gateway("redis").setting("serai.store.redis-url-env", "NO_SUCH"), "NO_SUCH is not set");
    }

    @Test
    void whatIsNoAddressIsRefusedWithoutQuotingIt() {
        assertRefused(
                gateway("redis")
                        .setting("serai.store.redis-url-env", "THE_REDIS")
                        .environment("THE_REDIS", "http://:" + PASSWORD + "@local host"),
                "expected redis://host:port");
    }

    @Test
    void whileRedisIsAwayOneWarningSaysSoAndNoLevelLogsASecret() {
        try (SampleMcpServer server = new SampleMcpServer();
                CapturedLog log = CapturedLog.at(Level.ALL)) {
            server.start();
            try (TestGateway gateway = gateway("redis")
                    .setting("serai.store.redis-url-env", "THE_REDIS")
                    .environment("THE_REDIS", "redis://:" + PASSWORD + "@127.0.0.1:1")
                    .capabilities("s.yaml", """
                            capabilities:
                              - id: s.echo
                                metadata:
                                  mcp: { server_url: %s, requires_session: true, tool_name: echo }
                                  session: { scope: conversation }
                            """.formatted(server.uri()))
                    .start()) {
                for (int i = 0; i < 5; i++) {
                    CallOutcome outcome = gateway.callIn("c" + i, "s.echo", "{\"message\":\"hi\"}");
                    assertThat(outcome.completed()).as("%s", outcome).isTrue();
                }
            }
            List<String> ids = server.requests().stream()
                    .map(request -> request.header("Mcp-Session-Id"))
                    .filter(id -> !id.isEmpty())
                    .distinct()
                    .toList();
            assertThat(ids).hasSize(5);
            assertThat(log.warnings())
                    .filteredOn(event -> event.contains("store"))
                    .singleElement()
                    .asString()
                    .contains("Sessions are kept in memory only");
            assertThat(log.events()).hasSizeGreaterThan(50).noneMatch(event -> ids.stream()
                    .anyMatch(event::contains));
            assertThat(log.events()).noneMatch(event -> event.contains(PASSWORD) || event.contains(KEY));
        }
    }
}
