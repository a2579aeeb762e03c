package dev.serai.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.GatewayProcess;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import jakarta.jms.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many plain clients at once. {@code -Dserai.jms.requests=10000} runs it at full size. */
@Timeout(600)
class JmsClientsTest {
    private static final int CLIENTS = 50;
    private static final int REQUESTS = Integer.getInteger("serai.jms.requests", 1_000) / CLIENTS;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private SampleMcpServer server;
    private Broker broker;

    @BeforeEach
    void start() throws Exception {
        server = new SampleMcpServer();
        server.start();
        server.counters().countAtMost(1_000_000);
        broker = new Broker(folder.resolve("broker"));
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        broker.close();
        server.close();
    }

    /** Sends all its requests, then waits for all replies; answers by what was asked. */
    private Map<String, JsonNode> ask(int number, String tool, String argument) throws Exception {
        try (JmsClient client = new JmsClient(broker.connections())) {
            Map<String, String> asked = new HashMap<>();
            for (int i = 0; i < REQUESTS; i++) {
                String value = "client-" + number + "-" + i;
                Message request = client.text("sample." + tool, "{\"" + argument + "\":\"" + value + "\"}");
                client.producer.send(request);
                asked.put(request.getJMSMessageID(), value);
            }
            Map<String, JsonNode> answers = new HashMap<>();
            for (int i = 0; i < REQUESTS; i++) {
                Message reply = client.reply();
                String value = asked.get(reply.getJMSCorrelationID());
                assertThat(value).as("a request of this client").isNotNull();
                answers.put(value, JmsClient.json(reply));
            }
            return answers;
        }
    }

    private List<Future<Map<String, JsonNode>>> askAll(String tool, String argument) {
        List<Future<Map<String, JsonNode>>> asking = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            asking.add(threads.submit(() -> ask(number, tool, argument)));
        }
        return asking;
    }

    @Test
    void eachReplyGoesToWhoAskedForIt() throws Exception {
        try (TestGateway gateway = TestGateway.in(folder)
                .capabilities("sample.yaml", Declared.of(server, "echo"))
                .setting("serai.audit", "off")
                .setting("serai.jms.enabled", "true")
                .setting("serai.jms.url", broker.url())
                .start()) {
            int answered = 0;
            for (Future<Map<String, JsonNode>> client : askAll("echo", "message")) {
                Map<String, JsonNode> answers = client.get();
                assertThat(answers).hasSize(REQUESTS);
                answers.forEach((asked, answer) -> assertThat(answer.asText()).isEqualTo(asked));
                answered += answers.size();
            }
            assertThat(answered).isEqualTo(CLIENTS * REQUESTS);
            assertThat(gateway.get("/observe/metrics").body())
                    .contains("serai_jms_messages_total{reply=\"replied\"} " + (double) answered);
        }
    }

    @Test
    void ofThreeGatewaysOneIsKilledAndEveryRequestIsAnsweredAndRunsOnceAtMost() throws Exception {
        Path capabilities = Files.createDirectory(folder.resolve("capabilities"));
        Files.writeString(capabilities.resolve("sample.yaml"), Declared.of(server, "side_effect"));
        int consumers = 8;
        Map<String, String> settings = Map.of(
                "serai.audit",
                "off",
                "serai.jms.enabled",
                "true",
                "serai.jms.url",
                broker.url(),
                "serai.jms.consumers",
                Integer.toString(consumers));
        List<Future<GatewayProcess>> starting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            starting.add(threads.submit(() -> GatewayProcess.start(capabilities, settings, Map.of())));
        }
        List<GatewayProcess> gateways = new ArrayList<>();
        try {
            for (Future<GatewayProcess> gateway : starting) {
                gateways.add(gateway.get());
            }
            int all = CLIENTS * REQUESTS;
            List<Future<Map<String, JsonNode>>> clients = askAll("side_effect", "key");
            await().atMost(PATIENCE).until(() -> server.counters().executions("side_effect") > all / 5);
            server.dials().holdCalls();
            try {
                assertThat(server.counters().executions("side_effect")).isLessThan(all);
                gateways.get(0).kill();
            } finally {
                server.dials().release();
            }
            Map<String, JsonNode> answers = new HashMap<>();
            for (Future<Map<String, JsonNode>> client : clients) {
                answers.putAll(client.get());
            }
            assertThat(answers).hasSize(all);
            int unknown = 0;
            for (Map.Entry<String, JsonNode> answer : answers.entrySet()) {
                long done = server.counters().sideEffects(answer.getKey());
                if (answer.getValue().path("code").asText().equals("outcome_unknown")) {
                    unknown++;
                    assertThat(done).isLessThanOrEqualTo(1);
                } else {
                    assertThat(answer.getValue().path("count").asInt())
                            .as("%s", answer)
                            .isEqualTo(1);
                    assertThat(done).isEqualTo(1);
                }
            }
            // No more than it had: one in progress for each consumer, and one more where a wait for it had just ended.
            assertThat(unknown).isLessThanOrEqualTo(2 * consumers);
            int dead = unknown;
            await().atMost(PATIENCE).until(() -> broker.depth(JmsClient.DEAD) == dead);
        } finally {
            gateways.forEach(gateway -> {
                if (!gateway.hasEnded()) {
                    gateway.close();
                }
            });
        }
    }
}
