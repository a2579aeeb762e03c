package dev.serai.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.GatewayProcess;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the next owner of a partition is told of records that have ended behind one that has not. */
@Timeout(180)
class KafkaHandoverTest extends KafkaFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int OTHERS = 20;

    @Override
    int partitions() {
        return 1;
    }

    private static String metric(TestGateway gateway, String name) {
        return gateway.get("/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .collect(Collectors.joining());
    }

    /** Records that it took to be called. */
    private static String taken(TestGateway gateway) {
        return metric(gateway, "serai_kafka_records_total");
    }

    private void call(String key, String request) {
        topics.call(key, "s.side_effect", "{\"key\":\"" + request + "\"}");
    }

    /** The call of key {@code held} is never answered; the others are, but for the one behind it. */
    private void holdOneAndAnswerTheOthers() {
        server.dials().holdCalls();
        call("held", "held");
        await().atMost(PATIENCE).until(() -> server.counters().sideEffects("held") == 1);
        // What is held stays so, as long as another gate is the one that is opened.
        server.dials().holdCalls().release();
        call("held", "behind");
        for (int i = 0; i < OTHERS; i++) {
            call("k" + i, Integer.toString(i));
        }
        topics.answers(OTHERS);
    }

    @Test
    void afterAKillWhatHadEndedBehindABusyKeyIsNotCalledAgain() throws IOException {
        Path capabilities = Files.createDirectories(folder.resolve("capabilities"));
        Files.writeString(
                capabilities.resolve("s.yaml"), declarations(server.uri().toString(), "side_effect"));
        Path client = folder.resolve("client.properties");
        Files.writeString(client, "session.timeout.ms=6000\nheartbeat.interval.ms=500\n");
        Map<String, String> settings = new HashMap<>(topics.settings());
        settings.put("serai.kafka.client-file", client.toString());
        try (GatewayProcess killed = GatewayProcess.start(capabilities, settings, Map.of())) {
            holdOneAndAnswerTheOthers();
            await().atMost(PATIENCE).until(() -> {
                OffsetAndMetadata committed = topics.committed();
                Handover handover = Handover.read(committed.offset(), committed.metadata());
                return committed.offset() == 0
                        && LongStream.rangeClosed(2, OTHERS + 1).allMatch(handover::has);
            });
            killed.kill();
        }
        try (TestGateway gateway = gateway(Map.of())) {
            topics.answers(OTHERS + 2);
            await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
            assertThat(taken(gateway)).isEqualTo("2.0");
        }
        assertThat(server.counters().sideEffects("held")).isEqualTo(2);
        assertThat(server.counters().sideEffects("behind")).isEqualTo(1);
        assertThat(server.counters().calls()).isEqualTo(OTHERS + 3);
    }

    @Test
    void aBrokerThatTakesNoSuchMetadataIsToldTheOffsetAlone() {
        try (KafkaBroker terse = KafkaBroker.start(folder.resolve("broker"), Map.of("offset.metadata.max.bytes", "8"));
                KafkaTopics few = KafkaTopics.on(terse, 1)) {
            for (int i = 0; i < OTHERS; i++) {
                few.call("k", "twice.slow", "{\"millis\":" + (i == 0 ? 2_000 : 0) + "}");
                few.call(null, "twice.echo", "{\"message\":\"" + i + "\"}");
            }
            try (TestGateway gateway = gateway(few.settings())) {
                few.answers(2 * OTHERS);
                await().atMost(PATIENCE).until(() -> few.uncommitted() == 0);
                assertThat(metric(gateway, "serai_kafka_commit_failures_total")).isNotEqualTo("0.0");
            }
            assertThat(few.committed().metadata()).isEmpty();
        }
    }

    @Test
    void aMoveBackOfTheGroupsOffsetsCallsEverythingAgain() {
        for (int i = 0; i < OTHERS; i++) {
            call("k" + i, Integer.toString(i));
        }
        topics.flush();
        topics.commit(70, mark(70, 71, 72));
        try (TestGateway gateway = gateway(Map.of())) {
            // Beyond the end of the topic: the group begins with its oldest record.
            topics.answers(OTHERS);
            for (int i = OTHERS; i < 80; i++) {
                call("k" + i, Integer.toString(i));
            }
            topics.answers(80);
            await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
            assertThat(taken(gateway)).isEqualTo("80.0");
        }
        topics.commit(10, "");
        try (TestGateway gateway = gateway(Map.of())) {
            topics.answers(150);
            assertThat(taken(gateway)).isEqualTo("70.0");
            assertThat(server.counters().sideEffects("9")).isEqualTo(1);
            assertThat(server.counters().sideEffects("10")).isEqualTo(2);
            assertThat(server.counters().sideEffects("79")).isEqualTo(2);
        }
    }

    private static String mark(long from, long... ended) {
        Handover handover = Handover.from(from);
        for (long offset : ended) {
            handover.add(offset);
        }
        return handover.metadata();
    }

    @Test
    void onlyWhatTheMetadataTellsOfIsPassedOver() {
        for (int i = 0; i < OTHERS; i++) {
            call("k" + i, Integer.toString(i));
        }
        topics.flush();
        topics.commit(2, mark(2, 3, 5, 19));
        try (TestGateway gateway = gateway(Map.of())) {
            topics.answers(OTHERS - 5);
            await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
            assertThat(taken(gateway)).isEqualTo("15.0");
        }
        for (int i = 0; i < OTHERS; i++) {
            long expected = List.of(0, 1, 3, 5, 19).contains(i) ? 0 : 1;
            assertThat(server.counters().sideEffects(Integer.toString(i)))
                    .as("calls of %s", i)
                    .isEqualTo(expected);
        }
    }

    @Test
    void metadataOfSomebodyElseSaysNothing() {
        List<String> foreign = List.of("ended:no base64", "ended", "my own", "ended:" + "A".repeat(4_000));
        for (int i = 0; i < foreign.size(); i++) {
            topics.commit(i, foreign.get(i));
            call("k", Integer.toString(i));
            topics.flush();
            try (TestGateway gateway = gateway(Map.of())) {
                topics.answers(i + 1);
                await().atMost(PATIENCE).until(() -> topics.uncommitted() == 0);
                assertThat(taken(gateway)).isEqualTo("1.0");
            }
        }
        assertThat(server.counters().calls()).isEqualTo(foreign.size());
    }
}
