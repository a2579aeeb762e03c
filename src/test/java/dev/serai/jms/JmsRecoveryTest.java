package dev.serai.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.GatewayProcess;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The broker is not there, goes, or comes back; the gateway goes. */
@Timeout(180)
class JmsRecoveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ANSWERS = "replies.all";
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    Path folder;

    private SampleMcpServer server;
    private Broker broker;

    @BeforeEach
    void start() throws Exception {
        server = new SampleMcpServer();
        server.start();
        broker = new Broker(folder.resolve("broker"));
    }

    @AfterEach
    void stop() {
        broker.close();
        server.close();
    }

    private TestGateway gateway() {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Declared.of(server, "echo", "side_effect", "slow"))
                .environment("SERAI_STORE_KEY", KEY)
                .setting("serai.delivery.store", "file")
                .setting("serai.delivery.file", folder.resolve("deliveries").toString())
                .setting("serai.jms.enabled", "true")
                .setting("serai.jms.url", broker.url())
                .setting("serai.jms.reply-to", "replies.*")
                .setting("serai.jms.consumers", "8")
                .setting("serai.jms.reconnect-delay-max", "100ms")
                .start();
    }

    private static String health(TestGateway gateway) {
        return TestGateway.tree(gateway.get("/observe/health").body())
                .path("jms")
                .asText();
    }

    @Test
    void withoutItsBrokerTheGatewayStartsSaysSoOnceAndTakesMessagesWhenItIsThere() throws Exception {
        broker.stop();
        try (LogLines log = new LogLines();
                TestGateway gateway = gateway()) {
            await().atMost(PATIENCE).until(() -> !log.seen().isEmpty());
            assertThat(health(gateway)).isEqualTo("DEGRADED");
            assertThat(gateway.get("/observe/health/ready").statusCode()).isEqualTo(200);
            assertThat(gateway.post("sample.echo", "{\"message\":\"over HTTP\"}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.get("/admin/dead-letters").statusCode()).isEqualTo(503);
            for (int life = 0; life < 2; life++) {
                broker.start();
                await().atMost(PATIENCE).until(() -> health(gateway).equals("UP"));
                try (JmsClient client = new JmsClient(broker.connections())) {
                    ask(client, "sample.echo", "{\"message\":\"again\"}", "r-" + life);
                    assertThat(JmsClient.json(client.take(client.session.createQueue(ANSWERS)))
                                    .asText())
                            .isEqualTo("again");
                }
                broker.stop();
                await().atMost(PATIENCE).until(() -> health(gateway).equals("DEGRADED"));
            }
            assertThat(gateway.get("/observe/metrics").body()).contains("serai_jms_connected 0.0");
            assertThat(log.seen())
                    .extracting(line -> line.substring(0, line.indexOf(" at")))
                    .containsExactly(
                            "WARNING no messages from capability.invoke",
                            "INFO takes messages from capability.invoke",
                            "WARNING no messages from capability.invoke",
                            "INFO takes messages from capability.invoke",
                            "WARNING no messages from capability.invoke");
        }
    }

    private static void ask(JmsClient client, String id, String json, String requestId) throws JMSException {
        Message message = client.text(id, json);
        message.setJMSReplyTo(client.session.createQueue(ANSWERS));
        message.setStringProperty("CapabilityRequestId", requestId);
        client.producer.send(message);
    }

    private static List<String> said(GatewayProcess gateway) {
        return gateway.log()
                .lines()
                .filter(line -> line.contains("capability.invoke"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "amqp"})
    void aGatewayLogsOneLineWhenItsBrokerGoesAndOneWhenItIsBack(String scheme) throws Exception {
        Path capabilities = Files.createDirectory(folder.resolve("capabilities"));
        Map<String, String> settings = Map.of(
                "serai.jms.enabled",
                "true",
                "serai.jms.url",
                scheme + "://127.0.0.1:" + broker.port(),
                "serai.jms.reconnect-delay-max",
                "50ms");
        try (GatewayProcess gateway = GatewayProcess.start(capabilities, settings, Map.of())) {
            await().atMost(PATIENCE).until(() -> said(gateway).size() == 1);
            broker.stop();
            await().atMost(PATIENCE).until(() -> said(gateway).size() == 2);
            broker.start();
            await().atMost(PATIENCE).until(() -> said(gateway).size() == 3);
            assertThat(said(gateway))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("takes messages from capability.invoke"),
                            line -> assertThat(line).contains("no messages from capability.invoke"),
                            line -> assertThat(line).contains("takes messages from capability.invoke"));
        }
    }

    @Test
    void aBrokerThatIsRestartedLosesNoRequestAndHasNoneRunTwice() throws Exception {
        int requests = Integer.getInteger("serai.jms.requests", 300);
        try (TestGateway gateway = gateway()) {
            try (JmsClient client = new JmsClient(broker.connections())) {
                for (int i = 0; i < requests; i++) {
                    ask(client, "sample.side_effect", "{\"key\":\"k" + i + "\"}", "k" + i);
                }
                await().atMost(PATIENCE).until(() -> broker.depth(ANSWERS) >= requests / 5);
            }
            broker.stop();
            broker.start();
            Map<String, JsonNode> answers = answers(requests);
            long unknown = answers.values().stream()
                    .filter(answer -> answer.path("code").asText().equals("outcome_unknown"))
                    .count();
            // What came again while its first call still ran.
            assertThat(unknown).isLessThanOrEqualTo(8);
            for (int i = 0; i < requests; i++) {
                assertThat(server.counters().sideEffects("k" + i)).as("k" + i).isEqualTo(1);
            }
            assertThat(health(gateway)).isEqualTo("UP");
        }
    }

    @Test
    void aGatewayThatStopsAnswersWhatItHasBegunAndLeavesTheRest() throws Exception {
        int requests = 100;
        try (JmsClient client = new JmsClient(broker.connections())) {
            try (TestGateway gateway = gateway()) {
                for (int i = 0; i < requests; i++) {
                    ask(client, "sample.slow", "{\"millis\":200}", "s" + i);
                }
                await("answers to " + gateway.gateway().url()).atMost(PATIENCE).until(() -> broker.depth(ANSWERS) > 0);
            }
            await().atMost(PATIENCE)
                    .until(() -> broker.depth(ANSWERS) == server.counters().executions("slow"));
            assertThat(broker.depth(JmsClient.QUEUE)).isPositive();
        }
        try (TestGateway another = gateway()) {
            assertThat(answers(requests).values())
                    .as("%s", another.gateway().url())
                    .noneMatch(answer -> answer.has("code"));
        }
        assertThat(server.counters().executions("slow")).isEqualTo(requests);
        assertThat(broker.depth(JmsClient.DEAD)).isZero();
    }

    /** By request id; one for each is waited for. */
    private Map<String, JsonNode> answers(int requests) throws JMSException {
        Map<String, JsonNode> answers = new HashMap<>();
        try (JmsClient client = new JmsClient(broker.connections());
                var inbox = client.session.createConsumer(client.session.createQueue(ANSWERS))) {
            while (answers.size() < requests) {
                Message answer = inbox.receive(PATIENCE.toMillis());
                assertThat(answer).as("an answer after %s", answers.size()).isNotNull();
                answers.put(answer.getStringProperty("CapabilityRequestId"), JmsClient.json(answer));
            }
        }
        return answers;
    }
}
