package dev.serai.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that asks who connects, and lets them do some things only. */
@Timeout(120)
class JmsUsersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WRONG = "n0t-the-password";
    private static final String HI = "{\"message\":\"hi\"}";

    @TempDir
    Path folder;

    private SampleMcpServer server;

    @BeforeEach
    void start() {
        server = new SampleMcpServer();
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Broker broker(Guard guard) {
        return new Broker(folder.resolve("broker"), guard);
    }

    private static ConnectionFactory clients(Broker broker) {
        return new ActiveMQConnectionFactory(broker.url(), Guard.CLIENT, Guard.CLIENT);
    }

    private TestGateway gateway(Broker broker, String scheme, String password) {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Declared.of(server, "echo"))
                .setting("serai.jms.enabled", "true")
                .setting("serai.jms.url", scheme + "://127.0.0.1:" + broker.port())
                .setting("serai.jms.user", Guard.GATEWAY)
                .environment("SERAI_JMS_PASSWORD", password)
                .setting("serai.jms.consumers", "2")
                .setting("serai.jms.reconnect-delay-max", "50ms")
                .start();
    }

    private static String health(TestGateway gateway) {
        return TestGateway.tree(gateway.get("/observe/health").body())
                .path("jms")
                .asText();
    }

    private static void isAnswered(Broker broker) throws Exception {
        try (JmsClient client = new JmsClient(clients(broker))) {
            assertThat(JmsClient.json(client.ask(client.text("sample.echo", HI)))
                            .asText())
                    .isEqualTo("hi");
        }
    }

    /** Neither what an operator can ask for nor what is logged holds it. */
    private static void isNowhere(String secret, TestGateway gateway, LogLines log) {
        for (String path : new String[] {
            "/observe/health", "/observe/metrics", "/admin/invocations", "/admin/dead-letters", "/capabilities"
        }) {
            assertThat(gateway.get(path).body()).as(path).doesNotContain(secret);
        }
        assertThat(gateway.gateway().entryPoints().toString()).doesNotContain(secret);
        assertThat(log.text()).isNotEmpty().doesNotContain(secret);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "amqp"})
    void theUserOfTheSettingsConnectsWithThePasswordOfTheEnvironmentWhichIsSeenNowhere(String scheme) throws Exception {
        try (Broker broker = broker(Guard.ofUsers());
                LogLines log = new LogLines();
                TestGateway gateway = gateway(broker, scheme, Guard.PASSWORD)) {
            isAnswered(broker);
            assertThat(health(gateway)).isEqualTo("UP");
            assertThat(broker.refusedUsers()).isZero();
            isNowhere(Guard.PASSWORD, gateway, log);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "amqp"})
    void aWrongPasswordIsToldOnceAndTriedAgainUntilTheBrokerTakesIt(String scheme) throws Exception {
        Guard guard = Guard.ofUsers();
        try (Broker broker = broker(guard);
                LogLines log = new LogLines();
                TestGateway gateway = gateway(broker, scheme, WRONG)) {
            await().atMost(PATIENCE).until(() -> broker.refusedUsers() > 5);
            assertThat(health(gateway)).isEqualTo("DEGRADED");
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
            assertThat(gateway.get("/admin/dead-letters").statusCode()).isEqualTo(503);
            assertThat(log.seen()).singleElement().asString().startsWith("WARNING no messages from capability.invoke");
            assertThat(log.seen().get(0)).contains("JMSSecurity");
            isNowhere(WRONG, gateway, log);
            guard.changePassword(WRONG);
            await().atMost(PATIENCE).until(() -> health(gateway).equals("UP"));
            isAnswered(broker);
            assertThat(log.seen()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "amqp"})
    void aUserWhoMayNotConsumeIsToldOnceAndTriedAgainUntilTheyMay(String scheme) throws Exception {
        Guard guard = Guard.againstConsuming(JmsClient.QUEUE);
        try (Broker broker = broker(guard);
                LogLines log = new LogLines();
                TestGateway gateway = gateway(broker, scheme, Guard.PASSWORD)) {
            await().atMost(PATIENCE).until(() -> broker.refusedDeeds() > 5);
            assertThat(health(gateway)).isEqualTo("DEGRADED");
            assertThat(log.seen()).singleElement().asString().startsWith("WARNING no messages from capability.invoke");
            assertThat(log.seen().get(0)).contains("JMSSecurityException", "CONSUME");
            isNowhere(Guard.PASSWORD, gateway, log);
            guard.allowEverything(broker);
            await().atMost(PATIENCE).until(() -> health(gateway).equals("UP"));
            isAnswered(broker);
            assertThat(log.seen()).hasSize(2);
        }
    }
}
