package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions in a file: what a restart finds, and what it does not do. */
@Timeout(120)
class PersistenceTest {
    private static final String HI = "{\"message\":\"hi\"}";
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String OTHER_KEY = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";
    private static final String TOKEN = "t0ken-Of-The-Operator";

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();

    @BeforeEach
    void startServer() {
        server.start();
        server.dials().requireBearer(TOKEN);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private Path file() {
        return folder.resolve("sessions.store");
    }

    private TestGateway.Builder builder(String key, String session) {
        return TestGateway.in(folder)
                .setting("serai.store", "file")
                .setting("serai.store.file", file().toString())
                .setting("serai.session.failure-backoff", "0ms")
                .environment("SERAI_STORE_KEY", key)
                .environment("SAMPLE_TOKEN", TOKEN)
                .capabilities(
                        "sample.yaml",
                        Sample.declarations(
                                server,
                                "  auth_env_var: SAMPLE_TOKEN\nsession: { " + session + " }",
                                "echo",
                                "side_effect"));
    }

    private TestGateway gateway() {
        return builder(KEY, "idle: 1h").start();
    }

    private static CallOutcome echo(TestGateway gateway, String conversation) {
        CallOutcome outcome = gateway.callIn(conversation, "sample.echo", HI);
        assertThat(outcome.completed()).as("%s", outcome.body()).isTrue();
        return outcome;
    }

    private static String session(CallOutcome outcome) {
        return String.valueOf(outcome.headers().get("CapabilitySession"));
    }

    @Test
    void theFirstCallAfterARestartUsesTheStoredSession() {
        String before;
        try (TestGateway gateway = gateway()) {
            before = session(echo(gateway, "a"));
            assertThat(gateway.get("/observe/health").body()).contains("\"store\":\"UP\"");
        }
        assertThat(server.counters().deletes()).isZero();
        try (TestGateway gateway = gateway()) {
            CallOutcome after = echo(gateway, "a");
            assertThat(session(after)).isEqualTo(before);
            assertThat(after.headers()).containsEntry("CapabilityAttempts", "1");
        }
        assertThat(server.counters().initialize()).isEqualTo(1);
    }

    @Test
    void everyConversationFindsItsOwnSession() {
        List<String> before;
        try (TestGateway gateway = builder(KEY, "scope: conversation").start()) {
            before = List.of(session(echo(gateway, "a")), session(echo(gateway, "b")));
        }
        try (TestGateway gateway = builder(KEY, "scope: conversation").start()) {
            assertThat(List.of(session(echo(gateway, "a")), session(echo(gateway, "b"))))
                    .isEqualTo(before)
                    .doesNotHaveDuplicates();
        }
        assertThat(server.counters().initialize()).isEqualTo(2);
    }

    @Test
    void aStoredSessionThatTheServerForgotIsRenewedWithoutAFailure() {
        try (TestGateway gateway = gateway()) {
            echo(gateway, "a");
        }
        server.expireAllSessions();
        try (TestGateway gateway = gateway()) {
            assertThat(echo(gateway, "a").headers()).containsEntry("CapabilityAttempts", "2");
            assertThat(gateway.call("sample.side_effect", "{\"key\":\"once\"}").completed())
                    .isTrue();
        }
        try (TestGateway gateway = gateway()) {
            assertThat(echo(gateway, "a").headers()).containsEntry("CapabilityAttempts", "1");
        }
        assertThat(server.counters().initialize()).isEqualTo(2);
        assertThat(server.counters().sideEffects("once")).isEqualTo(1);
    }

    @Test
    void aRotatedTokenDoesNotFindTheSessionsOfTheFormer() {
        try (TestGateway gateway = gateway()) {
            echo(gateway, "a");
        }
        server.dials().requireBearer("another");
        try (TestGateway gateway =
                builder(KEY, "idle: 1h").environment("SAMPLE_TOKEN", "another").start()) {
            assertThat(echo(gateway, "a").headers()).containsEntry("CapabilityAttempts", "1");
        }
        assertThat(server.counters().initialize()).isEqualTo(2);
        assertThat(server.counters().refused()).isZero();
    }

    @Test
    void neitherTokenNorSessionIdNorAddressIsInTheFile() throws IOException {
        try (TestGateway gateway = builder(KEY, "scope: conversation").start()) {
            echo(gateway, "conversation-a");
            echo(gateway, "conversation-b");
            assertSecretFree();
        }
        assertSecretFree();
    }

    private void assertSecretFree() throws IOException {
        String content = Files.readString(file(), StandardCharsets.ISO_8859_1);
        List<String> ids = server.requests().stream()
                .map(request -> request.header("Mcp-Session-Id"))
                .filter(id -> !id.isEmpty())
                .distinct()
                .toList();
        assertThat(ids).hasSize(2);
        assertThat(content).hasSizeGreaterThan(300).doesNotContain(ids);
        assertThat(content).doesNotContain(TOKEN, "Bearer", "127.0.0.1", "conversation-a", "protocolVersion", KEY);
    }

    @Test
    void afterAKeyIsRotatedStoredSessionsAreStillFound() {
        try (TestGateway gateway = gateway()) {
            echo(gateway, "a");
        }
        try (TestGateway gateway = builder(OTHER_KEY + "," + KEY, "idle: 1h").start()) {
            echo(gateway, "a");
        }
        try (TestGateway gateway = builder(OTHER_KEY, "idle: 1h").start()) {
            echo(gateway, "a");
        }
        assertThat(server.counters().initialize()).isEqualTo(1);
    }

    @Test
    void aWrongKeyOpensAnewAndFailsNoCall() {
        try (TestGateway gateway = gateway()) {
            echo(gateway, "a");
        }
        try (TestGateway gateway = builder(OTHER_KEY, "idle: 1h").start()) {
            echo(gateway, "a");
            assertThat(gateway.get("/observe/metrics").body()).contains("serai_store_failures_total 1.0");
        }
        assertThat(server.counters().initialize()).isEqualTo(2);
    }

    @Test
    void aMissingKeyEndsTheStartAndSaysHowToMakeOne() {
        assertThatThrownBy(() -> builder(" ", "idle: 1h").start())
                .hasRootCauseMessage(
                        "serai.store needs an encryption key, and the environment variable SERAI_STORE_KEY holds"
                                + " none; make a key with: openssl rand -base64 32");
    }

    @Test
    void aFileThatCannotBeUsedFailsNoCall() throws IOException {
        Files.createDirectory(file());
        try (TestGateway gateway = gateway()) {
            echo(gateway, "a");
            assertThat(gateway.get("/observe/metrics").body()).contains("serai_store_degraded 1.0");
            assertThat(gateway.get("/observe/health").body()).contains("\"store\":\"DEGRADED\"");
        }
        // Not stored, so the server is told.
        assertThat(server.counters().deletes()).isEqualTo(1);
    }

    @Test
    void aSecondGatewayOnTheSameFileWorksFromMemory() {
        try (TestGateway first = gateway();
                TestGateway second = gateway()) {
            assertThat(session(echo(first, "a"))).isNotEqualTo(session(echo(second, "a")));
        }
        try (TestGateway gateway = gateway()) {
            echo(gateway, "a");
        }
        assertThat(server.counters().initialize()).isEqualTo(2);
    }

    @Test
    void anEvictedSessionIsFoundAgain() {
        try (TestGateway gateway = builder(KEY, "scope: conversation")
                .setting("serai.session.max", "1")
                .start()) {
            for (int round = 0; round < 3; round++) {
                for (String conversation : List.of("a", "b", "c", "d")) {
                    echo(gateway, conversation);
                }
            }
        }
        assertThat(server.counters().initialize()).isEqualTo(4);
        assertThat(server.counters().deletes()).isZero();
    }

    @Test
    void anIdleSessionIsClosedAtTheServerAndNotFoundAgain() {
        try (TestGateway gateway = builder(KEY, "idle: 200ms").start()) {
            echo(gateway, "a");
            await().until(() -> server.counters().deletes() == 1);
            assertThat(echo(gateway, "a").headers()).containsEntry("CapabilityAttempts", "1");
        }
        assertThat(server.counters().initialize()).isEqualTo(2);
    }

    @Test
    void aSessionThatIsReplacedBeforeItIsTooOldIsReplacedInTheFileToo() {
        try (TestGateway gateway =
                builder(KEY, "max_age: 10s, idle: 1h, refresh_ahead: 8s").start()) {
            String old = session(echo(gateway, "a"));
            await().until(() -> !session(echo(gateway, "a")).equals(old));
            await().until(() -> server.counters().deletes() == 1);
            assertThat(gateway.get("/observe/metrics").body())
                    .contains("serai_session_opens_total{cause=\"refresh\"} 1.0", "serai_store_writes_total 2.0");
        }
    }

    @Test
    void aRestartDoesNotMakeASessionYounger() {
        try (TestGateway gateway = builder(KEY, "max_age: 700ms, idle: 1h").start()) {
            echo(gateway, "a");
        }
        try (TestGateway gateway = builder(KEY, "max_age: 700ms, idle: 1h").start()) {
            await().until(() -> {
                echo(gateway, "a");
                return server.counters().initialize() == 2;
            });
        }
        assertThat(server.counters().initialize()).isLessThanOrEqualTo(3);
    }
}
