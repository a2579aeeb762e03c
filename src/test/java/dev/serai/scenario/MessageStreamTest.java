package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.jms.Broker;
import dev.serai.jms.JmsClient;
import dev.serai.kafka.KafkaBroker;
import dev.serai.kafka.KafkaTopics;
import dev.serai.observe.Scraped;
import jakarta.jms.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What streams reaches whoever sent a message while it streams, and the outcome is the last message. */
@Timeout(180)
class MessageStreamTest {
    private static final String HELD = "{\"prompt\":\"hold\"}";
    private static final String GRPC = "s.grpc";

    @TempDir
    Path folder;

    private final ChatServer chat = new ChatServer("key");
    private final EchoServer echo = EchoServer.start();

    @AfterEach
    void stop() {
        chat.close();
        echo.close();
    }

    private static String held(String id) {
        return id.equals(GRPC) ? "{\"message\":\"hold\",\"n\":3}" : HELD;
    }

    private static void isFirst(String id, JsonNode part) {
        boolean grpc = id.equals(GRPC);
        assertThat(part.toString()).contains(grpc ? "m1" : "first").doesNotContain(grpc ? "m3" : "last");
    }

    private void release() {
        chat.release();
        echo.release();
    }

    private TestGateway.Builder gateway() {
        return TestGateway.in(folder).environment("CHAT_KEY", "key").capabilities("chat.yaml", """
                        capabilities:
                          - id: s.chat
                            metadata: { chat: { server_url: "%1$s", auth_env_var: CHAT_KEY, model: m } }
                          - id: s.kept
                            metadata:
                              chat: { server_url: "%1$s", auth_env_var: CHAT_KEY, model: m }
                              policy: { idempotent: true, cache_ttl: 1h, coalesce: true }
                          - { id: s.grpc, metadata: { grpc: { server_url: "%2$s", method: lab.v1.Echo/Count } } }
                        """.formatted(
                        chat.url(""), echo.url()));
    }

    private static double streamed(TestGateway gateway, String id) {
        return Scraped.of(gateway).sum("serai_invocations_total", "\"" + id + "\"");
    }

    private static void isWhole(String id, JsonNode result) {
        if (id.equals(GRPC)) {
            assertThat(result.findValuesAsText("message")).containsExactly("m1", "m2", "m3");
        } else {
            assertThat(result.toString()).contains("first and last");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s.chat", "s.kept", GRPC})
    void partsComeOverJmsBeforeTheLastIsMadeAndTheReplyIsTheLast(String id) throws Exception {
        try (Broker broker = new Broker(folder.resolve("broker"));
                TestGateway gateway = gateway()
                        .setting("serai.jms.enabled", "true")
                        .setting("serai.jms.url", broker.url())
                        .start();
                JmsClient client = new JmsClient(broker.connections())) {
            Message asked = client.text(id, held(id));
            asked.setBooleanProperty("CapabilityStream", true);
            Message part = client.ask(asked);
            assertThat(part.propertyExists("CapabilityStatus"))
                    .as("%s", JmsClient.json(part))
                    .isFalse();
            assertThat(part.getIntProperty("CapabilitySequence")).isZero();
            assertThat(part.getJMSCorrelationID()).isEqualTo(asked.getJMSMessageID());
            assertThat(part.getStringProperty("CapabilityRequestId")).isEqualTo(asked.getJMSMessageID());
            isFirst(id, JmsClient.json(part));

            release();
            int next = 1;
            Message message = client.reply();
            for (; !message.propertyExists("CapabilityStatus"); message = client.reply()) {
                assertThat(message.getIntProperty("CapabilitySequence")).isEqualTo(next++);
            }
            assertThat(message.getStringProperty("CapabilityStatus")).isEqualTo("completed");
            assertThat(message.getIntProperty("CapabilitySequence")).isEqualTo(next);
            isWhole(id, JmsClient.json(message));
            assertThat(streamed(gateway, id)).isEqualTo(1);

            chat.release();
            Message alone = client.ask(client.text("s.chat", HELD));
            assertThat(alone.getStringProperty("CapabilityStatus"))
                    .as("unasked")
                    .isEqualTo("completed");
            assertThat(alone.propertyExists("CapabilitySequence")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"s.chat,false", "s.chat,true", GRPC + ",false"})
    void partsComeOverKafkaBeforeTheLastIsMadeAndTheAnswerIsTheLast(String id, boolean exactlyOnce) {
        try (KafkaTopics topics = KafkaTopics.on(KafkaBroker.shared(), 1)) {
            TestGateway.Builder builder = gateway();
            topics.settings().forEach(builder::setting);
            try (TestGateway gateway = builder.setting("serai.kafka.exactly-once", Boolean.toString(exactlyOnce))
                    .start()) {
                topics.call("k", id, held(id), "CapabilityStream", "true", "CapabilityRequestId", "r-1");
                ConsumerRecord<byte[], byte[]> part = topics.answers(1).get(0);
                assertThat(KafkaTopics.header(part, "CapabilityStatus")).isNull();
                assertThat(KafkaTopics.header(part, "CapabilitySequence")).isEqualTo("0");
                assertThat(KafkaTopics.header(part, "CapabilityRequestId")).isEqualTo("r-1");
                assertThat(part.key()).isEqualTo("k".getBytes(StandardCharsets.UTF_8));
                isFirst(id, TestGateway.tree(text(part)));

                release();
                int next = 1;
                ConsumerRecord<byte[], byte[]> record = topics.answers(next + 1).get(next);
                for (; status(record) == null; record = topics.answers(next + 1).get(next)) {
                    assertThat(KafkaTopics.header(record, "CapabilitySequence")).isEqualTo(Integer.toString(next++));
                }
                assertThat(status(record)).isEqualTo("completed");
                assertThat(KafkaTopics.header(record, "CapabilitySequence")).isEqualTo(Integer.toString(next));
                isWhole(id, TestGateway.tree(text(record)));
                assertThat(streamed(gateway, id)).isEqualTo(1);
            }
        }
    }

    private static @Nullable String status(ConsumerRecord<byte[], byte[]> record) {
        return KafkaTopics.header(record, "CapabilityStatus");
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }
}
