package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.kafka.KafkaBroker;
import dev.serai.kafka.KafkaGroup;
import dev.serai.kafka.KafkaTopics;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One answer to each record, whoever dies; with {@code -Dkafka.records=100000} as many. */
@Tag("integration")
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class KafkaTransactionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int RECORDS = Integer.getInteger("kafka.records", 1_500);
    private static final Map<String, String> ON = Map.of("serai.kafka.exactly-once", "true");

    @TempDir
    Path folder;

    @Test
    void gatewaysThatJoinLeaveAndAreKilledGiveOneAnswerToEachRecord() throws Exception {
        try (KafkaGroup group = new KafkaGroup(folder, RECORDS, true, ON, Map.of())) {
            group.run();
            assertThat(group.lost()).isEmpty();
            assertThat(group.errorCodes()).isEmpty();
            assertThat(group.outOfOrder()).isEmpty();
            assertThat(group.again()).isZero();
            assertThat(group.done()).isEqualTo(group.records());
        }
    }

    @Test
    void aBrokerThatGoesInTheMiddleLeavesOneAnswerToEachRecord() {
        int records = 600;
        try (SampleMcpServer server = new SampleMcpServer();
                KafkaBroker broker = KafkaBroker.start(folder.resolve("broker"));
                KafkaTopics own = KafkaTopics.on(broker, 2)) {
            server.start();
            server.dials().delay("echo", Duration.ofMillis(5));
            for (int i = 0; i < records; i++) {
                own.call("k" + i % 20, "twice.echo", "{\"message\":\"m" + i + "\"}");
            }
            own.flush();
            try (TestGateway gateway = gateway(server, own)) {
                own.answers(100);
                broker.stop();
                await().atMost(PATIENCE)
                        .until(() -> gateway.get("/observe/metrics").body().contains("serai_kafka_up 0.0"));
                broker.start();
                own.answers(records);
                await().atMost(PATIENCE).until(() -> own.uncommitted() == 0);
                Map<String, List<Integer>> byKey = new HashMap<>();
                for (ConsumerRecord<byte[], byte[]> answer : own.allAnswers()) {
                    byKey.computeIfAbsent(KafkaTopics.key(answer), key -> new ArrayList<>())
                            .add(Integer.parseInt(KafkaTopics.text(answer).replaceAll("\\D", "")));
                }
                assertThat(own.allAnswers()).hasSize(records);
                assertThat(byKey).hasSize(20);
                assertThat(byKey.values())
                        .allSatisfy(numbers -> assertThat(numbers).isSorted().doesNotHaveDuplicates());
            }
        }
    }

    private TestGateway gateway(SampleMcpServer server, KafkaTopics topics) {
        TestGateway.Builder builder = TestGateway.in(folder)
                .capabilities("s.yaml", """
                        capabilities:
                          - id: twice.echo
                            metadata:
                              mcp: { server_url: "%s", requires_session: true, tool_name: echo }
                              policy: { idempotent: true }
                            input_schema: { type: object }
                        """.formatted(server.uri()))
                .setting("serai.audit", "off");
        topics.settings().forEach(builder::setting);
        ON.forEach(builder::setting);
        return builder.start();
    }
}
