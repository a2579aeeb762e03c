package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.GatewayProcess;
import dev.serai.kafka.KafkaBroker;
import dev.serai.kafka.KafkaTopics;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.nio.file.Files;
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

/** A topic with more in it than the gateway's heap, and a server that takes 2 s for one call in a hundred. */
@Tag("integration")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KafkaSlowUpstreamTest {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int RECORDS = Integer.getInteger("kafka.records", 30_000);
    private static final int PARTITIONS = 6;
    private static final int VALUE_BYTES = 10_000;
    private static final int SLOW_EACH = 100;
    private static final int SLOW_KEYS = 30;
    private static final int FAST_KEYS = 97;
    /** Shorter than two slow calls of one key after each other. */
    private static final int MAX_POLL_INTERVAL_MS = 3_000;

    private static final long MAX_BUFFERED = 32L << 20;
    private static final int BATCH = 100;
    /** Fewer than the records of other keys within reach of the first slow ones. */
    private static final int WITHOUT_SLOW_ONES = 1_000;

    /** What a record takes beside its value, at most. */
    private static final int OVERHEAD = 1_000;

    @TempDir
    Path folder;

    @Test
    void memoryIsBoundedNoMemberIsLostAndTheOtherKeysGoOn() throws IOException {
        try (SampleMcpServer server = new SampleMcpServer();
                SampleMcpServer slow = new SampleMcpServer();
                KafkaTopics topics = KafkaTopics.on(KafkaBroker.shared(), PARTITIONS)) {
            server.start();
            server.counters().countAtMost(RECORDS + 1);
            slow.start();
            slow.dials().holdCalls();
            fill(topics);
            try (GatewayProcess gateway = gateway(server, slow, topics)) {
                assertThat(topics.answers(WITHOUT_SLOW_ONES))
                        .as("answers while no slow call is answered")
                        .noneMatch(answer -> KafkaTopics.key(answer).startsWith("slow"));
                slow.dials().release();
                long most = 0;
                while (topics.allAnswers().size() < RECORDS) {
                    most = Math.max(most, metric(gateway, "serai_kafka_buffered_bytes"));
                }
                assertThat(most)
                        .isPositive()
                        .isLessThanOrEqualTo(MAX_BUFFERED + (long) PARTITIONS * BATCH * (VALUE_BYTES + OVERHEAD));
                await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
                assertThat(metric(gateway, "serai_kafka_rebalances_total")).isEqualTo(1);
                assertThat(metric(gateway, "serai_kafka_records_total")).isEqualTo(RECORDS);
                assertThat(gateway.log()).doesNotContain("WARN").doesNotContain("OutOfMemory");
            }
            eachAnsweredOnceInOrder(topics.allAnswers());
        }
    }

    private static void fill(KafkaTopics topics) {
        String padding = "x".repeat(VALUE_BYTES);
        for (int i = 0; i < RECORDS; i++) {
            boolean slow = i % SLOW_EACH == 0;
            String key = slow ? "slow" + i / SLOW_EACH % SLOW_KEYS : "fast" + i % FAST_KEYS;
            topics.call(
                    key,
                    slow ? "s.slow" : "s.side_effect",
                    slow
                            ? "{\"millis\":2000,\"padding\":\"" + padding + "\"}"
                            : "{\"key\":\"" + i + "\",\"padding\":\"" + padding + "\"}",
                    "CapabilityRequestId",
                    Integer.toString(i));
        }
        topics.flush();
    }

    private GatewayProcess gateway(SampleMcpServer server, SampleMcpServer slow, KafkaTopics topics)
            throws IOException {
        Path capabilities = Files.createDirectory(folder.resolve("capabilities"));
        Files.writeString(capabilities.resolve("s.yaml"), """
                defaults:
                  metadata:
                    mcp: { requires_session: true }
                    policy: { idempotent: true }
                capabilities:
                  - id: s.slow
                    metadata: { mcp: { server_url: "%s", tool_name: slow } }
                    input_schema: { type: object }
                  - id: s.side_effect
                    metadata: { mcp: { server_url: "%s", tool_name: side_effect } }
                    input_schema: { type: object }
                """.formatted(slow.uri(), server.uri()));
        Path client = folder.resolve("client.properties");
        Files.writeString(client, "max.poll.interval.ms=" + MAX_POLL_INTERVAL_MS + "\n");
        Map<String, String> settings = new HashMap<>(topics.settings());
        settings.put("serai.kafka.client-file", client.toString());
        settings.put("serai.kafka.max-buffered", Long.toString(MAX_BUFFERED));
        settings.put("serai.kafka.batch", Integer.toString(BATCH));
        settings.put("serai.audit", "off");
        return GatewayProcess.start(capabilities, settings, Map.of());
    }

    private static long metric(GatewayProcess gateway, String name) {
        return gateway.get("/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static void eachAnsweredOnceInOrder(List<ConsumerRecord<byte[], byte[]>> answers) {
        Map<String, List<Integer>> byKey = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> answer : answers) {
            byKey.computeIfAbsent(KafkaTopics.key(answer), key -> new ArrayList<>())
                    .add(Integer.parseInt(String.valueOf(KafkaTopics.header(answer, "CapabilityRequestId"))));
        }
        assertThat(answers).hasSize(RECORDS);
        assertThat(byKey).hasSize(SLOW_KEYS + FAST_KEYS);
        assertThat(byKey.values())
                .allSatisfy(numbers -> assertThat(numbers).isSorted().doesNotHaveDuplicates());
    }
}
