package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ConversationTest {
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

    private TestGateway gateway(String scope) {
        return TestGateway.in(folder)
                .capabilities(
                        "sample.yaml", Sample.declarations(server, "session: { scope: " + scope + " }", "counter"))
                .start();
    }

    private static int count(TestGateway gateway, String conversation) {
        return gateway.callIn(conversation, "sample.counter", "{}")
                .body()
                .get("count")
                .intValue();
    }

    @Test
    void twoConversationsNeverSeeEachOthersCount() {
        try (TestGateway gateway = gateway("conversation")) {
            assertThat(count(gateway, "a")).isEqualTo(1);
            assertThat(count(gateway, "a")).isEqualTo(2);
            assertThat(count(gateway, "b")).isEqualTo(1);
            assertThat(count(gateway, "a")).isEqualTo(3);
            assertThat(count(gateway, "b")).isEqualTo(2);
        }
    }

    @Test
    void aSharedSessionIsSharedByConversations() {
        try (TestGateway gateway = gateway("shared")) {
            assertThat(count(gateway, "a")).isEqualTo(1);
            assertThat(count(gateway, "b")).isEqualTo(2);
        }
    }

    @Test
    void aCallWithoutAConversationHasASessionOfItsOwn() {
        try (TestGateway gateway = gateway("conversation")) {
            for (int i = 1; i <= 3; i++) {
                assertThat(gateway.call("sample.counter", "{}")
                                .body()
                                .get("count")
                                .intValue())
                        .isEqualTo(1);
            }
            Awaitility.await().until(() -> server.counters().deletes() == 3 && server.openSessions() == 0);
        }
    }

    @Test
    void scopeCallOpensAndClosesASessionForEachCall() {
        try (TestGateway gateway = gateway("call")) {
            assertThat(count(gateway, "a")).isEqualTo(1);
            assertThat(count(gateway, "a")).isEqualTo(1);
            Awaitility.await().until(() -> server.counters().deletes() == 2);
        }
    }

    @Test
    void aConversationOverRestIsNamedByItsHeader() {
        try (TestGateway gateway = gateway("conversation")) {
            assertThat(gateway.post("sample.counter", "{}", "Serai-Conversation", "x")
                            .body())
                    .isEqualTo("{\"count\":1}");
            assertThat(gateway.post("sample.counter", "{}", "Serai-Conversation", "x")
                            .body())
                    .isEqualTo("{\"count\":2}");
            assertThat(gateway.post("sample.counter", "{}", "Serai-Conversation", "y")
                            .body())
                    .isEqualTo("{\"count\":1}");
        }
    }
}
