package dev.serai.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import dev.serai.sample.SampleMcpServer;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which of the messages that wait goes first, and which no longer goes. */
@Timeout(120)
class JmsPriorityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private SampleMcpServer server;
    private Broker broker;
    private JmsClient client;

    @BeforeEach
    void start() throws Exception {
        server = new SampleMcpServer();
        server.start();
        broker = new Broker(folder.resolve("broker"));
        client = new JmsClient(broker.connections());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        broker.close();
        server.close();
    }

    private TestGateway.Builder gateway() {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Declared.of(server, "echo", "side_effect", "counter"))
                .setting("serai.jms.enabled", "true")
                .setting("serai.jms.url", broker.url());
    }

    private void send(int priority, String id, String label, String... named) throws Exception {
        Message request = client.text(id, "{\"message\":\"" + label + "\"}");
        request.setJMSCorrelationID(label);
        for (String name : named) {
            request.setStringProperty("CapabilityPriority", name);
        }
        client.producer.setPriority(priority);
        client.producer.send(request);
    }

    private static void awaitQueued(TestGateway gateway, String priority, int count) {
        await().atMost(PATIENCE)
                .until(() -> Scraped.of(gateway).sum("serai_queue_depth", "priority=\"" + priority + "\"") == count);
    }

    @Test
    void theJmsPriorityIsThePriorityOfTheCallUnlessAPropertyNamesOne() throws Exception {
        try (TestGateway gateway = gateway()
                .setting("serai.limits.in-flight", "1")
                .setting("serai.queue.ageing", "1h")
                .start()) {
            server.dials().holdCalls();
            send(4, "sample.counter", "first");
            await().atMost(PATIENCE).until(() -> server.counters().calls() == 1);
            List<List<Integer>> levels = List.of(List.of(0, 1, 2, 3), List.of(4, 5, 6), List.of(7, 8, 9));
            List<String> names = List.of("low", "medium", "high");
            for (int level = 0; level < levels.size(); level++) {
                int sent = 0;
                for (int priority : levels.get(level)) {
                    send(priority, "sample.counter", names.get(level) + " " + priority);
                    awaitQueued(gateway, names.get(level), ++sent);
                }
            }
            send(9, "sample.counter", "low by name", "low");
            awaitQueued(gateway, "low", 5);
            server.dials().release();
            // By what the tool counted: replies may overtake each other.
            Map<Integer, String> called = new TreeMap<>();
            for (int i = 0; i < 12; i++) {
                Message reply = client.reply();
                called.put(JmsClient.json(reply).path("count").asInt(), reply.getJMSCorrelationID());
            }
            assertThat(called.values())
                    .containsExactly(
                            "first",
                            "high 7",
                            "high 8",
                            "high 9",
                            "medium 4",
                            "medium 5",
                            "medium 6",
                            "low 0",
                            "low 1",
                            "low 2",
                            "low 3",
                            "low by name");
        }
    }

    @Test
    void whatExpiresWhileItWaitsIsDroppedAndNotCalled() throws Exception {
        try (TestGateway gateway = gateway().setting("serai.jms.consumers", "1").start()) {
            server.dials().holdCalls();
            send(4, "sample.echo", "first");
            await().atMost(PATIENCE).until(() -> server.counters().calls() == 1);
            Message request = client.text("sample.side_effect", "{\"key\":\"late\"}");
            client.producer.setTimeToLive(1);
            client.producer.send(request);
            client.producer.setTimeToLive(0);
            send(4, "sample.echo", "next");
            await().until(() -> System.currentTimeMillis() > request.getJMSExpiration());
            server.dials().release();
            assertThat(JmsClient.json(client.reply()).asText()).isEqualTo("first");
            assertThat(JmsClient.json(client.reply()).asText()).isEqualTo("next");
            assertThat(server.counters().sideEffects("late")).isZero();
            // A broker counts what it has taken out of a queue a little later.
            await().atMost(PATIENCE).until(() -> broker.depth(JmsClient.QUEUE) == 0);
            assertThat(broker.depth(JmsClient.DEAD)).isZero();
            assertThat(Scraped.of(gateway).sum("serai_jms_dead_letters_total")).isZero();
        }
    }
}
