package dev.serai.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the settings of the entry change that no other test shows. */
@Timeout(180)
class KafkaSettingsTest extends KafkaFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Override
    int partitions() {
        return 2;
    }

    @Test
    void nothingOfItIsThereWhereItIsOff() {
        try (TestGateway gateway = gateway(Map.of("serai.kafka.enabled", "false"))) {
            assertThat(gateway.camelContext().getRegistry().lookupByName(KafkaLink.NAME))
                    .isNull();
            assertThat(gateway.camelContext().getRoute("take-records")).isNull();
            assertThat(gateway.camelContext().hasComponent("serai-kafka")).isNull();
            assertThat(gateway.get("/observe/metrics").body()).doesNotContain("serai_kafka_");
            assertThat(gateway.get("/observe/health").body()).doesNotContain("kafka");
            // Those of a gateway before it may still be ending.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                            .extracting(Thread::getName)
                            .noneMatch(name -> name.startsWith("serai-kafka")));
        }
    }

    @Test
    void recordsActAsThePrincipalAndWithTheRolesThatTheSettingsSay() throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("capabilities")).resolve("own.yaml"),
                """
                        capabilities:
                          - id: own.echo
                            metadata:
                              mcp: { server_url: "%s", requires_session: true, tool_name: echo }
                              access: { roles: [clerk] }
                            input_schema: { type: object }
                        """.formatted(server.uri()));
        topics.call("k", "own.echo", "{\"message\":\"hi\"}", "SeraiCaller", "clerk");
        try (TestGateway gateway = gateway(Map.of())) {
            assertThat(KafkaTopics.header(topics.answers(1).get(0), "CapabilityErrorCode"))
                    .isEqualTo("forbidden");
            assertThat(topics.letters(1)).hasSize(1);
            assertThat(gateway.get("/admin/invocations").body()).contains("kafka");
        }
        topics.call("k", "own.echo", "{\"message\":\"hi\"}");
        try (TestGateway gateway =
                gateway(Map.of("serai.kafka.caller", "till", "serai.kafka.caller-roles", "cook, clerk"))) {
            assertThat(KafkaTopics.text(topics.answers(2).get(1))).isEqualTo("\"hi\"");
            await().atMost(PATIENCE)
                    .until(() -> gateway.get("/admin/invocations").body().contains("till"));
        }
    }

    @Test
    void theListedHeadersGoBackWithTheAnswerAndNoOthers() {
        topics.call("k", "s.echo", "{\"message\":\"hi\"}", "order", "7", "correlation-id", "8", "order", "9");
        try (TestGateway gateway = gateway(Map.of("serai.kafka.correlation-headers", "order, JMSCorrelationID"))) {
            ConsumerRecord<byte[], byte[]> answer = topics.answers(1).get(0);
            assertThat(answer.headers().headers("order")).hasSize(2);
            assertThat(answer.headers().headers("correlation-id")).isEmpty();
            await().atMost(PATIENCE)
                    .until(() -> gateway.get("/observe/metrics").body().contains("serai_kafka_answers_total 1.0"));
        }
    }

    private static boolean hasOnePartition(TestGateway gateway) {
        return gateway.get("/observe/metrics").body().contains("serai_kafka_partitions 1.0");
    }

    /** One in each of the two partitions. */
    private void twoHeldCalls() {
        server.dials().holdCalls();
        Map<Integer, String> keys = new HashMap<>();
        for (int i = 0; keys.size() < 2; i++) {
            byte[] key = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
            keys.putIfAbsent(BuiltInPartitioner.partitionForKey(key, 2), Integer.toString(i));
        }
        keys.values().forEach(key -> topics.call(key, "twice.echo", "{\"message\":\"" + key + "\"}"));
        topics.flush();
    }

    @Test
    void aPartitionGoesWithoutItsCallsOnceTheDrainTimeoutIsOver() {
        twoHeldCalls();
        try (TestGateway first = gateway(Map.of("serai.kafka.drain-timeout", "1ms"))) {
            await().atMost(PATIENCE).until(() -> server.counters().calls() == 2);
            try (TestGateway second = gateway(Map.of())) {
                // The call of the partition that went is made again by its new owner.
                await().atMost(PATIENCE).until(() -> server.counters().calls() == 3);
                server.dials().release();
                assertThat(topics.answers(3)).hasSize(3);
                await().atMost(PATIENCE).until(() -> hasOnePartition(first) && hasOnePartition(second));
            }
        }
    }

    @Test
    void untilThenItIsKeptForThem() {
        twoHeldCalls();
        try (TestGateway first = gateway(Map.of("serai.kafka.drain-timeout", "60s"))) {
            await().atMost(PATIENCE).until(() -> server.counters().calls() == 2);
            try (TestGateway second = gateway(Map.of())) {
                // It has given the partition up to the group, and still waits with it.
                await().atMost(PATIENCE).until(() -> Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> thread.getKey().getName().equals("serai-kafka"))
                        .anyMatch(thread -> List.of(thread.getValue()).stream()
                                .anyMatch(frame -> frame.getMethodName().equals("onPartitionsRevoked"))));
                assertThat(server.counters().calls()).isEqualTo(2);
                server.dials().release();
                assertThat(topics.answers(2)).hasSize(2);
                await().atMost(PATIENCE).until(() -> hasOnePartition(first) && hasOnePartition(second));
                await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
                assertThat(server.counters().calls()).isEqualTo(2);
            }
        }
    }

    @Test
    void topicsThatAreTheSameAndAFileThatIsMissingEndTheStart() {
        assertThatThrownBy(() -> gateway(Map.of("serai.kafka.results-topic", topics.invocations())))
                .hasMessageContaining("expected three different topics");
        assertThatThrownBy(() -> gateway(Map.of("serai.kafka.client-file", "no-such.properties")))
                .hasMessageContaining("serai.kafka.client-file = 'no-such.properties'");
    }

    @Test
    void anAnswerThatTheTopicDoesNotTakeIsReplacedByAProblem() {
        topics.renew(topics.results(), Map.of("max.message.bytes", "5000"));
        topics.call("k", "s.large", "{\"bytes\":20000}");
        topics.call("k", "s.echo", "{\"message\":\"next\"}");
        try (TestGateway gateway = gateway(Map.of())) {
            List<ConsumerRecord<byte[], byte[]>> answers = topics.answers(2);
            assertThat(KafkaTopics.header(answers.get(0), "CapabilityErrorCode"))
                    .isEqualTo("payload_too_large");
            assertThat(KafkaTopics.header(answers.get(0), "CapabilityStatus")).isEqualTo("failed");
            assertThat(KafkaTopics.text(answers.get(1))).isEqualTo("\"next\"");
            assertThat(gateway.get("/observe/metrics").body()).contains("serai_kafka_failures_total 0.0");
        }
    }
}
