package dev.serai.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A reply that its sender wants where nothing can be put. */
@Timeout(120)
class JmsUnansweredTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FORBIDDEN = "replies.forbidden";
    private static final String MISSING = "by-hand.replies";

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

    private interface Change {
        void make() throws Exception;
    }

    @ParameterizedTest
    @CsvSource({"tcp,true", "tcp,false", "amqp,true", "amqp,false"})
    void aQueueThatTheBrokerDoesNotHaveMakesADeadLetterWhoseReplayGetsTheFirstResult(String scheme, boolean durable)
            throws Exception {
        Guard guard = Guard.ofUsers();
        try (Broker broker = new Broker(folder.resolve("broker"), guard)) {
            isUnansweredUntil(broker, scheme, durable, MISSING, () -> broker.running()
                    .createQueue(QueueConfiguration.of(MISSING)
                            .setRoutingType(RoutingType.ANYCAST)
                            .setAutoCreateAddress(true)));
        }
    }

    @ParameterizedTest
    @CsvSource({"tcp,true", "tcp,false", "amqp,true", "amqp,false"})
    void aQueueThatTheGatewayMayNotWriteToMakesADeadLetterWhoseReplayGetsTheFirstResult(String scheme, boolean durable)
            throws Exception {
        Guard guard = Guard.againstSending(FORBIDDEN);
        try (Broker broker = new Broker(folder.resolve("broker"), guard)) {
            isUnansweredUntil(broker, scheme, durable, FORBIDDEN, () -> guard.allowEverything(broker));
        }
    }

    private void isUnansweredUntil(Broker broker, String scheme, boolean durable, String replies, Change change)
            throws Exception {
        try (TestGateway gateway = TestGateway.in(folder)
                        .capabilities("sample.yaml", Declared.of(server, "side_effect", "echo"))
                        .setting("serai.jms.enabled", "true")
                        .setting("serai.jms.url", scheme + "://127.0.0.1:" + broker.port())
                        .setting("serai.jms.user", Guard.GATEWAY)
                        .environment("SERAI_JMS_PASSWORD", Guard.PASSWORD)
                        .setting("serai.jms.reply-to", "temporary, " + replies)
                        .setting("serai.jms.consumers", "1")
                        .start();
                JmsClient client =
                        new JmsClient(new ActiveMQConnectionFactory(broker.url(), Guard.CLIENT, Guard.CLIENT))) {
            // A session of Artemis makes another name of one that is not there.
            Queue asked = new ActiveMQQueue(replies);
            Message request = client.text("sample.side_effect", "{\"key\":\"once\"}");
            request.setJMSReplyTo(asked);
            client.producer.setDeliveryMode(durable ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
            client.producer.send(request);
            assertThat(JmsClient.json(client.ask(client.text("sample.echo", "{\"message\":\"next\"}")))
                            .asText())
                    .isEqualTo("next");
            await().atMost(PATIENCE).until(() -> broker.depth(JmsClient.DEAD) == 1);
            JsonNode letter = TestGateway.tree(
                            gateway.get("/admin/dead-letters").body())
                    .path("deadLetters")
                    .path(0);
            assertThat(letter.path("errorCode").asText()).as("%s", letter).isEqualTo("unanswered");

            change.make();
            HttpRequest replay = HttpRequest.newBuilder(
                            URI.create(gateway.gateway().url() + "/admin/dead-letters/jms/"
                                    + letter.path("id").asText() + "/replay"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(gateway.send(replay).statusCode()).isEqualTo(200);
            Message reply = client.take(asked);
            assertThat(JmsClient.json(reply).path("count").asInt()).isEqualTo(1);
            assertThat(server.counters().executions("side_effect")).isEqualTo(1);
            assertThat(broker.depth(JmsClient.DEAD)).isZero();
        }
    }
}
