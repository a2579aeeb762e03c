package dev.serai.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From the topic of calls to the topics of answers and dead letters. */
@Timeout(180)
class KafkaEntryTest extends KafkaFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static String metrics(TestGateway gateway) {
        return gateway.get("/observe/metrics").body();
    }

    @Test
    void aRecordIsAnsweredWithItsKeyItsCorrelationAndTheStateOfTheCall() {
        topics.call(
                "k",
                "s.echo",
                "{\"message\":\"hi\"}",
                "correlation-id",
                new byte[] {1, (byte) 0xff},
                "traceparent",
                TRACE,
                "CapabilityRequestId",
                "r-1",
                "tenant",
                "north");
        topics.call(null, "s.echo", "{\"message\":\"keyless\"}");
        try (TestGateway gateway = gateway(Map.of())) {
            Map<String, ConsumerRecord<byte[], byte[]>> answers = new HashMap<>();
            topics.answers(2).forEach(answer -> answers.put(KafkaTopics.text(answer), answer));
            ConsumerRecord<byte[], byte[]> answer = Objects.requireNonNull(answers.get("\"hi\""));
            assertThat(KafkaTopics.key(answer)).isEqualTo("k");
            assertThat(answer.headers().lastHeader("correlation-id").value()).containsExactly(1, 0xff);
            assertThat(KafkaTopics.header(answer, "traceparent")).isEqualTo(TRACE);
            assertThat(KafkaTopics.header(answer, "CapabilityRequestId")).isEqualTo("r-1");
            assertThat(KafkaTopics.header(answer, "CapabilityStatus")).isEqualTo("completed");
            assertThat(KafkaTopics.header(answer, "CapabilityAttempts")).isEqualTo("1");
            assertThat(KafkaTopics.header(answer, "CapabilityDurationMs")).matches("\\d+");
            assertThat(KafkaTopics.header(answer, "CapabilitySession")).isNotEmpty();
            assertThat(names(answer)).doesNotContain("tenant", "CapabilityId", "CapabilityErrorCode");
            ConsumerRecord<byte[], byte[]> keyless = Objects.requireNonNull(answers.get("\"keyless\""));
            assertThat(keyless.key()).isNull();
            assertThat(KafkaTopics.header(keyless, "CapabilityRequestId")).startsWith(topics.invocations() + "-");
            await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
            assertThat(metrics(gateway))
                    .contains("serai_kafka_records_total 2.0", "serai_kafka_answers_total 2.0", "serai_kafka_up 1.0")
                    .contains("serai_kafka_partitions 6.0", "serai_deliveries_total{outcome=\"settled\"} 2.0");
        }
    }

    private static List<String> names(ConsumerRecord<byte[], byte[]> found) {
        List<String> names = new ArrayList<>();
        for (Header header : found.headers()) {
            names.add(header.key());
        }
        return names;
    }

    @Test
    void recordsOfAKeyGoInOrderAndTheOtherKeysDoNotWaitForThem() throws IOException {
        int keys = 40;
        int each = 15;
        try (SampleMcpServer held = new SampleMcpServer()) {
            held.start();
            held.dials().holdCalls();
            topics.call("held", "held.echo", "{\"message\":\"first\"}");
            for (int i = 0; i < each; i++) {
                for (int key = 0; key < keys; key++) {
                    topics.call("k" + key, "s.echo", "{\"message\":\"" + i + "\"}");
                }
            }
            topics.call("held", "s.echo", "{\"message\":\"second\"}");
            Files.writeString(
                    Files.createDirectories(folder.resolve("capabilities")).resolve("held.yaml"),
                    """
                            capabilities:
                              - id: held.echo
                                metadata: { mcp: { server_url: "%s", requires_session: true, tool_name: echo } }
                                input_schema: { type: object }
                            """.formatted(held.uri()));
            try (TestGateway gateway = gateway(Map.of())) {
                Map<String, List<String>> byKey = byKey(topics.answers(keys * each));
                List<String> order = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    order.add(Integer.toString(i));
                }
                assertThat(byKey).hasSize(keys).doesNotContainKey("held");
                assertThat(byKey.values())
                        .allSatisfy(sequence -> assertThat(sequence).isEqualTo(order));
                assertThat(server.counters().calls()).isEqualTo((long) keys * each);
                // Nothing behind an unfinished record is committed.
                assertThat(topics.uncommitted()).isPositive();

                held.dials().release();
                assertThat(byKey(topics.answers(keys * each + 2)).get("held")).containsExactly("first", "second");
                await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
                assertThat(metrics(gateway)).contains("serai_kafka_failures_total 0.0");
            }
        }
    }

    private static Map<String, List<String>> byKey(List<ConsumerRecord<byte[], byte[]>> answers) {
        Map<String, List<String>> byKey = new HashMap<>();
        answers.forEach(answer -> byKey.computeIfAbsent(KafkaTopics.key(answer), key -> new ArrayList<>())
                .add(KafkaTopics.tree(answer).asText()));
        return byKey;
    }

    @Test
    void poisonIsADeadLetterWithItsCauseAndThePartitionGoesOn() {
        byte[] bad = {(byte) 0xc3, (byte) 0x28};
        topics.call("k", "s.echo", "not JSON", "tenant", bad, "CapabilityErrorCode", "look-alike");
        topics.call("k", "none.such", "{}");
        topics.call("k", "s.echo", "{\"message\":\"" + "x".repeat(2_000) + "\"}");
        topics.call("k", "s.echo", "{\"message\":5}");
        topics.call("k", "s.echo", "{}", "CapabilityPriority", bad);
        topics.send("k", "{}".getBytes(StandardCharsets.UTF_8));
        topics.send("k", new byte[] {(byte) 0xac, (byte) 0xed, 0, 5}, "CapabilityId", "s.echo");
        topics.call("k", "s.echo", "{\"message\":\"good\"}");
        Instant before = Instant.now().minusSeconds(60);
        try (TestGateway gateway = gateway(Map.of("serai.max-arguments", "1000"))) {
            List<ConsumerRecord<byte[], byte[]>> answers = topics.answers(8);
            assertThat(answers)
                    .extracting(answer -> KafkaTopics.header(answer, "CapabilityErrorCode"))
                    .containsExactly(
                            "invalid_arguments",
                            "unknown_capability",
                            "payload_too_large",
                            "invalid_arguments",
                            "invalid_arguments",
                            "unknown_capability",
                            "invalid_arguments",
                            null);
            assertThat(KafkaTopics.text(answers.get(7))).isEqualTo("\"good\"");
            assertThat(KafkaTopics.tree(answers.get(4)).path("detail").asText())
                    .isEqualTo("the header CapabilityPriority is no text: expected UTF-8");
            List<ConsumerRecord<byte[], byte[]>> letters = topics.letters(7);
            for (int i = 0; i < letters.size(); i++) {
                ConsumerRecord<byte[], byte[]> letter = letters.get(i);
                assertThat(KafkaTopics.key(letter)).isEqualTo("k");
                assertThat(KafkaTopics.header(letter, "CapabilityDeadReason")).isEqualTo("poison");
                assertThat(KafkaTopics.header(letter, "CapabilityErrorCode"))
                        .isEqualTo(KafkaTopics.header(answers.get(i), "CapabilityErrorCode"));
                assertThat(KafkaTopics.header(letter, "CapabilityErrorDetail"))
                        .isEqualTo(
                                KafkaTopics.tree(answers.get(i)).path("detail").asText());
                assertThat(KafkaTopics.header(letter, "CapabilityDeliveryAttempts"))
                        .isEqualTo(i == 4 ? "0" : "1");
                assertThat(Instant.parse(KafkaTopics.header(letter, "CapabilityDeadAt")))
                        .isAfter(before);
            }
            ConsumerRecord<byte[], byte[]> first = letters.get(0);
            assertThat(KafkaTopics.text(first)).isEqualTo("not JSON");
            assertThat(names(first).subList(0, 3)).containsExactly("CapabilityId", "tenant", "CapabilityErrorCode");
            assertThat(first.headers().lastHeader("tenant").value()).isEqualTo(bad);
            assertThat(first.headers().headers("CapabilityErrorCode")).hasSize(2);
            assertThat(letters.get(6).value()).containsExactly(0xac, 0xed, 0, 5);
            assertThat(server.counters().calls()).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
            assertThat(metrics(gateway))
                    .contains("serai_kafka_dead_letters_total 7.0", "serai_kafka_failures_total 0.0");
        }
    }

    @Test
    void headersThatLookLikeTheGatewaysOwnChangeNothing() {
        topics.call(
                "k",
                "s.echo",
                "{\"message\":\"hi\"}",
                "mcp_server_url",
                "http://127.0.0.1:1/",
                "salesforce_requires_session",
                "true",
                "mcp_auth_env_var",
                "PATH",
                "SeraiCaller",
                "operator",
                "SeraiDead",
                "poison",
                "SeraiRedelivered",
                "true",
                "CamelHttpUri",
                "http://127.0.0.1:1/",
                "kafka.OVERRIDE_TOPIC",
                "elsewhere",
                "CapabilityStatus",
                "failed",
                "CapabilityRaw",
                "true",
                "capabilityid",
                "none.such",
                "Authorization",
                "Bearer stolen");
        try (TestGateway gateway = gateway(Map.of())) {
            ConsumerRecord<byte[], byte[]> answer = topics.answers(1).get(0);
            assertThat(KafkaTopics.text(answer)).isEqualTo("\"hi\"");
            assertThat(names(answer))
                    .containsExactlyInAnyOrder(
                            "CapabilityRequestId",
                            "CapabilityStatus",
                            "CapabilitySession",
                            "CapabilitySessionReused",
                            "CapabilityAttempts",
                            "CapabilityDurationMs");
            assertThat(KafkaTopics.header(answer, "CapabilityStatus")).isEqualTo("completed");
            assertThat(server.requests()).allSatisfy(request -> assertThat(request.toString())
                    .doesNotContain("stolen", "salesforce", "operator"));
            assertThat(metrics(gateway)).contains("serai_kafka_dead_letters_total 0.0");
        }
    }

    @Test
    void whatIsTakenIsBoundedByPausingAndNothingIsCommittedBeforeItIsAnswered() {
        server.dials().holdCalls();
        for (int i = 0; i < 200; i++) {
            topics.call("k" + i, "s.echo", "{\"message\":\"" + i + "\"}");
        }
        topics.flush();
        try (TestGateway gateway =
                gateway(Map.of("serai.kafka.in-flight", "4", "serai.kafka.ahead", "5", "serai.kafka.batch", "3"))) {
            await().atMost(PATIENCE)
                    .until(() -> server.counters().calls() == 4
                            && metrics(gateway).contains("serai_kafka_paused 6.0")
                            && metrics(gateway).contains("serai_kafka_in_flight 4.0"));
            // Of each of six partitions five, and what the last batch brought beyond that.
            assertThat(taken(gateway)).isBetween(30.0, 48.0);
            assertThat(topics.uncommitted()).isEqualTo(200);
            server.dials().release();
            assertThat(topics.answers(200)).hasSize(200);
            await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
            assertThat(server.counters().calls()).isEqualTo(200);
        }
    }

    private static double taken(TestGateway gateway) {
        return metrics(gateway)
                .lines()
                .filter(line -> line.startsWith("serai_kafka_records_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void partitionsThatHoldTooManyBytesArePaused() {
        server.dials().holdCalls();
        String large = "x".repeat(10_000);
        for (int i = 0; i < 60; i++) {
            topics.call("k" + i, "s.echo", "{\"message\":\"" + large + "\"}");
        }
        try (TestGateway gateway = gateway(Map.of("serai.kafka.max-buffered", "120000", "serai.kafka.batch", "1"))) {
            await().atMost(PATIENCE).until(() -> metrics(gateway).contains("serai_kafka_paused 6.0"));
            assertThat(taken(gateway)).isBetween(12.0, 24.0);
            server.dials().release();
            assertThat(topics.answers(60)).hasSize(60);
        }
    }
}
