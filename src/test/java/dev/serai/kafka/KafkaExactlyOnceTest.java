package dev.serai.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers, dead letters and offsets in one transaction. */
@Timeout(180)
class KafkaExactlyOnceTest extends KafkaFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Map<String, String> ON = Map.of("serai.kafka.exactly-once", "true");

    private static List<String> texts(List<ConsumerRecord<byte[], byte[]>> answers, String key) {
        List<String> texts = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> answer : answers) {
            if (KafkaTopics.key(answer).equals(key)) {
                texts.add(KafkaTopics.text(answer));
            }
        }
        return texts;
    }

    @Test
    void answersAndDeadLettersAreCommittedWithTheOffsetsInOrderPerKey() {
        for (int i = 0; i < 10; i++) {
            topics.call("a", "twice.echo", "{\"message\":\"m" + i + "\"}");
            topics.call("b", "twice.echo", "{\"message\":\"m" + i + "\"}");
        }
        topics.call("p", "no.such", "{}");
        topics.flush();
        try (TestGateway gateway = gateway(ON)) {
            List<ConsumerRecord<byte[], byte[]>> answers = topics.answers(21);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                expected.add("\"m" + i + "\"");
            }
            assertThat(texts(answers, "a")).isEqualTo(expected);
            assertThat(texts(answers, "b")).isEqualTo(expected);
            assertThat(texts(answers, "p")).singleElement().asString().contains("unknown_capability");
            ConsumerRecord<byte[], byte[]> letter = topics.letters(1).get(0);
            assertThat(KafkaTopics.header(letter, "CapabilityDeadReason")).isEqualTo("poison");
            await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
            assertThat(topics.allAnswers()).hasSize(21);
            // A transaction ends with a mark in each partition that it has written to.
            assertThat(topics.end(topics.results())).isGreaterThan(21);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            gateway.get("/observe/metrics").body())
                    .contains("serai_kafka_answers_total 21.0", "serai_kafka_dead_letters_total 1.0"));
        }
    }

    @Test
    void withoutItNothingIsATransaction() {
        topics.call("a", "twice.echo", "{\"message\":\"1\"}");
        try (TestGateway gateway = gateway(Map.of())) {
            topics.answers(1);
            await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
            assertThat(topics.end(topics.results())).isEqualTo(1);
            assertThat(gateway.get("/observe/metrics").body()).contains("serai_kafka_answers_total 1.0");
        }
    }

    @Test
    void whatATopicDoesNotTakeIsReplacedAndTheRestOfItsTransactionIsNotLost() {
        topics.renew(topics.results(), Map.of("max.message.bytes", "20000"));
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            boolean large = i % 5 == 0;
            topics.call(
                    "k" + i,
                    large ? "twice.large" : "twice.echo",
                    large ? "{\"bytes\":60000}" : "{\"message\":\"m" + i + "\"}");
            expected.put("k" + i, large ? "payload_too_large" : "\"m" + i + "\"");
        }
        topics.flush();
        try (TestGateway gateway = gateway(ON)) {
            Map<String, String> seen = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> answer : topics.answers(30)) {
                String code = KafkaTopics.header(answer, "CapabilityErrorCode");
                seen.put(KafkaTopics.key(answer), code == null ? KafkaTopics.text(answer) : code);
            }
            assertThat(seen).isEqualTo(expected);
            await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
            assertThat(topics.allAnswers()).hasSize(30);
            assertThat(gateway.get("/observe/metrics").body()).contains("serai_kafka_failures_total 0.0");
        }
    }
}
