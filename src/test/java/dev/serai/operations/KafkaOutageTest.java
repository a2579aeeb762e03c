package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.kafka.KafkaBroker;
import dev.serai.kafka.KafkaTopics;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka away at the start, lost and back, and without one of the topics. */
@Timeout(300)
class KafkaOutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.dials().release();
        server.close();
    }

    private TestGateway gateway(KafkaTopics topics, Map<String, String> settings) {
        TestGateway.Builder builder = TestGateway.in(folder)
                .capabilities("s.yaml", """
                        capabilities:
                          - id: s.echo
                            metadata: { mcp: { server_url: "%s", requires_session: true, tool_name: echo } }
                            input_schema: { type: object }
                        """.formatted(server.uri()))
                .setting("serai.audit", "off");
        topics.settings().forEach(builder::setting);
        settings.forEach(builder::setting);
        return builder.start();
    }

    private static void health(TestGateway gateway, String status) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        TestGateway.tree(gateway.get("/observe/health").body())
                                .path("kafka")
                                .asText())
                .isEqualTo(status));
    }

    private static List<String> said(CapturedLog log) {
        return log.events().stream()
                .filter(event -> event.contains("LinkState"))
                .map(event -> event.replaceAll("127.0.0.1:\\d+", "BROKER"))
                .toList();
    }

    private static void saysAtLast(CapturedLog log, String... words) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(said(log)).last().asString().contains(words));
    }

    @Test
    void theGatewayRunsWithoutTheBrokerAndGoesOnWhenItIsBack() {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                KafkaBroker broker = KafkaBroker.start(folder.resolve("broker"));
                KafkaTopics topics = KafkaTopics.on(broker, 2)) {
            topics.call("k", "s.echo", "{\"message\":\"1\"}");
            topics.flush();
            broker.stop();
            try (TestGateway gateway = gateway(topics, Map.of())) {
                health(gateway, "DEGRADED");
                assertThat(gateway.get("/observe/health/ready").statusCode()).isEqualTo(200);
                assertThat(gateway.get("/observe/metrics").body()).contains("serai_kafka_up 0.0");
                saysAtLast(log, "WARNING", "BROKER does not answer");

                broker.start();
                assertThat(topics.answers(1)).hasSize(1);
                health(gateway, "UP");
                saysAtLast(log, "INFO", "takes calls from the topic");

                // Lost while a call is under way: its answer waits for the broker, and it is not called again.
                server.dials().holdCalls();
                topics.call("k", "s.echo", "{\"message\":\"2\"}");
                await().atMost(PATIENCE).until(() -> server.counters().calls() == 2);
                broker.stop();
                server.dials().release();
                health(gateway, "DEGRADED");
                broker.start();
                topics.call("k", "s.echo", "{\"message\":\"3\"}");
                assertThat(topics.answers(3)).extracting(KafkaTopics::text).containsExactly("1", "2", "3");
                health(gateway, "UP");
                await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
                assertThat(server.counters().calls()).isEqualTo(3);
                saysAtLast(log, "INFO");
                assertThat(said(log)).filteredOn(line -> line.contains("INFO")).hasSizeGreaterThanOrEqualTo(2);
                // Not a line for each attempt; how often the broker is lost on the way is not for the test to say.
                assertThat(IntStream.range(1, said(log).size()))
                        .noneMatch(i -> said(log).get(i).equals(said(log).get(i - 1)));
            }
        }
    }

    @Test
    void aTopicThatIsMissingIsNamedAndNothingIsTakenUntilItIsThere() {
        KafkaBroker broker = KafkaBroker.shared();
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                KafkaTopics topics = KafkaTopics.on(broker, 2)) {
            topics.call("k", "s.echo", "{\"message\":\"1\"}");
            topics.flush();
            broker.delete(topics.results());
            try (TestGateway gateway = gateway(topics, Map.of())) {
                health(gateway, "DEGRADED");
                saysAtLast(log, "the topic " + topics.results() + " is missing");
                assertThat(server.counters().calls()).isZero();
                broker.create(Map.of(topics.results(), 2));
                assertThat(topics.answers(1)).hasSize(1);
                health(gateway, "UP");
            }
        }
    }

    @Test
    void aClientFileThatCannotBeReadOrUsedIsToldWithoutItsContent() throws Exception {
        try (CapturedLog log = CapturedLog.at(Level.INFO);
                KafkaTopics topics = KafkaTopics.on(KafkaBroker.shared(), 2)) {
            Path file = folder.resolve("client.properties");
            Files.writeString(file, """
                    security.protocol=SASL_PLAINTEXT
                    sasl.mechanism=PLAIN
                    sasl.jaas.config=org.example.Missing required password="hush-hush";
                    """);
            try (TestGateway gateway = gateway(topics, Map.of("serai.kafka.client-file", file.toString()))) {
                health(gateway, "DEGRADED");
                await().atMost(PATIENCE).until(() -> !said(log).isEmpty());
                assertThat(log.events()).noneMatch(event -> event.contains("hush-hush"));
            }
        }
    }
}
