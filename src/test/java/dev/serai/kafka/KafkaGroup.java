package dev.serai.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.GatewayProcess;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Three gateways, each a process of its own, take a topic of six partitions from each other while calls are under way: a
 * second and a third join, one leaves, one is killed.
 */
public final class KafkaGroup implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final int PARTS = 5;
    private static final int KEYS = 60;
    private static final int WORK_MS = 10;

    private final KafkaTopics topics = KafkaTopics.on(KafkaBroker.shared(), 6);
    private final SampleMcpServer server = new SampleMcpServer();
    private final String capability;
    private final int records;
    private final Path capabilities;
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, String> environment;
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();

    /**
     * Not begun.
     *
     * @param records how many there are in all
     * @param twice whether the capability may run twice
     */
    public KafkaGroup(
            Path folder, int records, boolean twice, Map<String, String> settings, Map<String, String> environment)
            throws IOException {
        this.records = records;
        this.capability = twice ? "twice.side_effect" : "s.side_effect";
        this.environment = environment;
        server.start();
        server.counters().countAtMost(records + 1);
        server.dials().delay("side_effect", Duration.ofMillis(WORK_MS));
        capabilities = Files.createDirectory(folder.resolve("capabilities"));
        Files.writeString(
                capabilities.resolve("s.yaml"),
                KafkaFixture.declarations(server.uri().toString(), "side_effect"));
        Path client = folder.resolve("client.properties");
        Files.writeString(client, "session.timeout.ms=15000\nheartbeat.interval.ms=500\n");
        this.settings.putAll(topics.settings());
        this.settings.putAll(settings);
        this.settings.put("serai.kafka.client-file", client.toString());
        this.settings.put("serai.kafka.in-flight", "8");
        this.settings.put("serai.audit", "off");
    }

    /** All of it; returns when every record is committed. */
    public void run() {
        GatewayProcess killed = join();
        send();
        answered(0.3);
        GatewayProcess leaving = join();
        send();
        answered(0.8);
        GatewayProcess last = join();
        await().atMost(PATIENCE).until(() -> partitions(last) > 0);
        send();
        answered(1.5);
        leaving.close();
        assertThat(leaving.exitValue()).isIn(0, 143);
        send();
        answered(2.2);
        assertThat(moreThanOnce()).as("run twice although nobody was killed").isEmpty();
        await().atMost(PATIENCE).until(() -> partitions(killed) > 0 && partitions(killed) + partitions(last) == 6);
        // So that it is in the middle of calls, whose work is done and whose answers it never has.
        server.dials().holdCalls();
        send();
        await().atMost(PATIENCE).until(() -> metric(killed, "serai_in_flight") > 0);
        killed.kill();
        server.dials().release();
        answered(PARTS);
        await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
    }

    private GatewayProcess join() {
        GatewayProcess gateway = GatewayProcess.start(capabilities, settings, environment);
        gateways.add(gateway);
        return gateway;
    }

    private static int partitions(GatewayProcess gateway) {
        return metric(gateway, "serai_kafka_partitions");
    }

    private static int metric(GatewayProcess gateway, String name) {
        return gateway.get("/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** A part of the records, in the order of each key. */
    private void send() {
        for (int i = 0; i < records / PARTS; i++) {
            String request = requests.size() % KEYS + ":" + requests.size();
            requests.add(request);
            topics.call(
                    request.substring(0, request.indexOf(':')),
                    capability,
                    "{\"key\":\"" + request + "\"}",
                    "CapabilityRequestId",
                    request);
        }
        topics.flush();
    }

    private void answered(double parts) {
        await().atMost(PATIENCE).until(() -> first(topics.allAnswers()).size() >= (int) (parts * records / PARTS));
    }

    private static Map<String, ConsumerRecord<byte[], byte[]>> first(List<ConsumerRecord<byte[], byte[]>> answers) {
        Map<String, ConsumerRecord<byte[], byte[]>> first = new HashMap<>();
        answers.forEach(answer -> first.putIfAbsent(KafkaTopics.header(answer, "CapabilityRequestId"), answer));
        return first;
    }

    /** Requests whose work was done more than once. */
    public Set<String> moreThanOnce() {
        Set<String> twice = new HashSet<>();
        requests.stream()
                .filter(request -> server.counters().sideEffects(request) > 1)
                .forEach(twice::add);
        return twice;
    }

    /** Requests whose work was done. */
    public long done() {
        return requests.stream()
                .filter(request -> server.counters().sideEffects(request) > 0)
                .count();
    }

    public int records() {
        return requests.size();
    }

    /** Requests without an answer. */
    public Set<String> lost() {
        Set<String> lost = new HashSet<>(requests);
        lost.removeAll(first(topics.allAnswers()).keySet());
        return lost;
    }

    /** Answers by their error code; results have none. */
    public List<String> errorCodes() {
        List<String> codes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> answer : topics.allAnswers()) {
            String code = KafkaTopics.header(answer, "CapabilityErrorCode");
            if (code != null) {
                codes.add(code);
            }
        }
        return codes;
    }

    /** Answers beyond the first to each request. */
    public int again() {
        return topics.allAnswers().size() - first(topics.allAnswers()).size();
    }

    /** Keys whose first answers are not in the order of their requests. */
    public Set<String> outOfOrder() {
        Map<String, Integer> newest = new HashMap<>();
        Set<String> seen = new HashSet<>();
        Set<String> wrong = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> answer : topics.allAnswers()) {
            String request = String.valueOf(KafkaTopics.header(answer, "CapabilityRequestId"));
            int number = Integer.parseInt(request.substring(request.indexOf(':') + 1));
            if (seen.add(request)) {
                Integer before = newest.put(KafkaTopics.key(answer), number);
                if (before != null && before > number) {
                    wrong.add(KafkaTopics.key(answer));
                }
            }
        }
        return wrong;
    }

    @Override
    public void close() {
        gateways.stream().filter(gateway -> !gateway.hasEnded()).forEach(GatewayProcess::close);
        server.close();
        topics.close();
    }
}
