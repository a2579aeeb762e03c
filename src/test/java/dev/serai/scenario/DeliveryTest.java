package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.delivery.DeadReason;
import dev.serai.delivery.Delivery;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code direct:deliver-invocation} does beyond a call: tries again, runs nothing twice, names dead letters. */
@Timeout(120)
class DeliveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String MEMO = "{\"memo\":\"rent\"}";

    @TempDir
    Path folder;

    private final LedgerServer server = new LedgerServer();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = gateway(Map.of());
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.close();
    }

    private TestGateway gateway(Map<String, String> settings) {
        TestGateway.Builder builder = TestGateway.in(folder)
                .routes("providers/ledger.camel.yaml", NewProviderTest.routes("ledger"))
                .capabilities(
                        "books.yaml",
                        declaration("books.add", "timeout: 20s")
                                + declaration("books.set", "timeout: 20s, idempotent: true")
                                        .replace("capabilities:\n", "")
                                + declaration("books.hasty", "timeout: 3s").replace("capabilities:\n", ""))
                .environment("LEDGER_SECRET", LedgerServer.SECRET)
                .environment("SERAI_STORE_KEY", KEY)
                .setting("serai.delivery.retry-delay", "1ms");
        settings.forEach(builder::setting);
        return builder.start();
    }

    private String declaration(String id, String policy) {
        return """
                capabilities:
                  - id: %s
                    metadata:
                      ledger:
                        server_url: %s
                        requires_session: true
                        auth_env_var: LEDGER_SECRET
                        book: main
                      session: { concurrency: 100 }
                      policy: { %s }
                    input_schema: { type: object, properties: { memo: { type: string } } }
                """.formatted(id, server.url(), policy);
    }

    private void restart(Map<String, String> settings) {
        gateway.close();
        gateway = gateway(settings);
    }

    private CompletableFuture<Exchange> send(String id, Object body, Map<String, Object> headers, boolean redelivered) {
        return gateway.camelContext().createProducerTemplate().asyncSend("direct:deliver-invocation", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeader("CapabilityId", id);
            exchange.getMessage().getHeaders().putAll(headers);
            exchange.setProperty(Delivery.REDELIVERED, redelivered);
        });
    }

    private Exchange deliver(String id, Object body, Map<String, Object> headers, boolean redelivered) {
        return send(id, body, headers, redelivered).join();
    }

    private Exchange deliver(String id, String requestId) {
        return deliver(id, MEMO, Map.of("CapabilityRequestId", requestId), false);
    }

    private static void isDead(Exchange exchange, DeadReason reason, String code) {
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getProperty(Delivery.DEAD))
                .as("%s", exchange.getMessage().getBody())
                .isEqualTo(reason);
        assertThat(exchange.getMessage().getHeader("CapabilityErrorCode")).isEqualTo(code);
        assertThat(exchange.getMessage().getBody(JsonNode.class).path("code").asText())
                .isEqualTo(code);
    }

    private static void isAnswered(Exchange exchange, int amount) {
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getProperty(Delivery.DEAD))
                .as("%s", exchange.getMessage().getBody())
                .isNull();
        assertThat(exchange.getMessage().getHeader("CapabilityStatus")).isEqualTo("completed");
        assertThat(exchange.getMessage().getBody(JsonNode.class).asInt()).isEqualTo(amount);
    }

    private static int tries(Exchange exchange) {
        return exchange.getProperty(Delivery.ATTEMPTS, Integer.class);
    }

    @Test
    void whatMayPassIsTriedAgainUntilItSucceeds() {
        server.answerNextWith(503, 503, 503);
        Exchange idempotent = deliver("books.set", "a");
        isAnswered(idempotent, 1);
        assertThat(tries(idempotent)).isEqualTo(4);
        // Refused before the work began: that is safe to repeat for every capability.
        server.answerNextWith(429, 429);
        Exchange refused = deliver("books.add", "b");
        isAnswered(refused, 2);
        assertThat(tries(refused)).isEqualTo(3);
        assertThat(server.entries()).isEqualTo(2);
        assertThat(gateway.get("/observe/metrics").body())
                .contains("serai_delivery_retries_total 5.0")
                .contains("serai_deliveries_total{outcome=\"settled\"} 2.0");
    }

    @Test
    void itIsADeadLetterWhenTheTriesAreUsedUp() {
        restart(Map.of("serai.delivery.retries", "1"));
        server.answerNextWith(503, 503, 503);
        Exchange exhausted = deliver("books.set", "a");
        isDead(exhausted, DeadReason.EXHAUSTED, "upstream_error");
        assertThat(tries(exhausted)).isEqualTo(2);
        assertThat(gateway.get("/observe/metrics").body())
                .contains("serai_deliveries_total{outcome=\"exhausted\"} 1.0");
    }

    @Test
    void whatMayHaveRunIsNotRunAgainUnlessItMayRunTwice() {
        server.answerNextWith(503);
        Exchange unknown = deliver("books.add", "a");
        isDead(unknown, DeadReason.OUTCOME_UNKNOWN, "upstream_error");
        assertThat(tries(unknown)).isEqualTo(1);
        Exchange again = deliver("books.add", "a");
        isDead(again, DeadReason.OUTCOME_UNKNOWN, "outcome_unknown");
        assertThat(tries(again)).isZero();
        assertThat(server.entries()).isZero();
    }

    @Test
    void aCallThatTimesOutIsNotRunAgain() {
        // So that the request reaches the server well before its deadline.
        deliver("books.set", "warm");
        long before = asked();
        server.hang();
        Exchange late = deliver("books.hasty", "a");
        isDead(late, DeadReason.OUTCOME_UNKNOWN, "timeout");
        server.resume();
        isDead(deliver("books.hasty", "a"), DeadReason.OUTCOME_UNKNOWN, "outcome_unknown");
        await().until(() -> asked() - before == 1);
    }

    private long asked() {
        return server.seen().stream()
                .filter(seen -> seen.path().equals("/entries"))
                .count();
    }

    @Test
    void whatCanNeverBeCalledIsPoisonAndReachesNobody() {
        isDead(deliver("books.none", "a"), DeadReason.POISON, "unknown_capability");
        isDead(deliver("books.add", "{\"memo\":5}", Map.of(), false), DeadReason.POISON, "invalid_arguments");
        isDead(deliver("books.add", "not JSON", Map.of(), false), DeadReason.POISON, "invalid_arguments");
        isDead(
                deliver("books.add", MEMO, Map.of("CapabilityTimeoutMs", "soon"), false),
                DeadReason.POISON,
                "invalid_arguments");
        assertThat(server.seen()).isEmpty();
    }

    @Test
    void aMessageThatComesAgainGetsTheFirstResultAndRunsOnce() {
        Exchange first = deliver("books.add", "a");
        isAnswered(first, 1);
        isAnswered(deliver("books.add", "b"), 2);
        Exchange again = deliver("books.add", MEMO, Map.of("CapabilityRequestId", "a"), true);
        isAnswered(again, 1);
        assertThat(again.getMessage().getHeader("CapabilityRequestId")).isEqualTo("a");
        assertThat(tries(again)).isZero();
        assertThat(server.entries()).isEqualTo(2);
        assertThat(gateway.get("/observe/metrics").body()).contains("serai_delivery_repeated_total 1.0");
        // What may run twice is run.
        isAnswered(deliver("books.set", "c"), 3);
        isAnswered(deliver("books.set", "c"), 4);
    }

    @Test
    void ofManyAtOnceWithOneRequestIdOneRuns() throws Exception {
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sent.add(send("books.add", MEMO, Map.of("CapabilityRequestId", "same"), false));
        }
        int answered = 0;
        for (CompletableFuture<Exchange> one : sent) {
            Exchange exchange = one.get();
            if (exchange.getProperty(Delivery.DEAD) == null) {
                isAnswered(exchange, 1);
                answered++;
            } else {
                isDead(exchange, DeadReason.OUTCOME_UNKNOWN, "outcome_unknown");
            }
        }
        assertThat(answered).isPositive();
        assertThat(server.entries()).isEqualTo(1);
    }

    @Test
    void whatWasDeliveredBeforeToAProcessThatKnewItIsNotRun() {
        Exchange lost = deliver("books.add", MEMO, Map.of("CapabilityRequestId", "a"), true);
        isDead(lost, DeadReason.OUTCOME_UNKNOWN, "outcome_unknown");
        assertThat(server.entries()).isZero();
        isAnswered(deliver("books.set", MEMO, Map.of("CapabilityRequestId", "a"), true), 1);
    }

    @Test
    void aFileKnowsTheResultAfterARestartAndShowsItToNobody() throws IOException {
        Path file = folder.resolve("deliveries");
        Map<String, String> settings = Map.of("serai.delivery.store", "file", "serai.delivery.file", file.toString());
        restart(settings);
        isAnswered(deliver("books.add", "the-request"), 1);
        server.answerNextWith(503);
        deliver("books.add", "cut off");
        restart(settings);
        isAnswered(deliver("books.add", MEMO, Map.of("CapabilityRequestId", "the-request"), true), 1);
        isDead(
                deliver("books.add", MEMO, Map.of("CapabilityRequestId", "cut off"), true),
                DeadReason.OUTCOME_UNKNOWN,
                "outcome_unknown");
        // The file says that this one was never here, whatever the broker fears.
        isAnswered(deliver("books.add", MEMO, Map.of("CapabilityRequestId", "fetched only"), true), 2);
        assertThat(server.entries()).isEqualTo(2);
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .doesNotContain("the-request", "books", "rent", "completed", "anonymous");
    }

    @Test
    void whatIsKnownIsForgottenAfterItsTime() {
        restart(Map.of("serai.delivery.keep", "1s"));
        isAnswered(deliver("books.add", "a"), 1);
        await().atMost(PATIENCE).untilAsserted(() -> {
            deliver("books.add", "a");
            assertThat(server.entries()).isEqualTo(2);
        });
    }

    @Test
    void thePauseIsBoundedAndTheEndOfTheGatewayLeavesTheMessageWithItsBroker() {
        restart(Map.of("serai.delivery.retry-delay", "10d", "serai.delivery.retry-delay-max", "2ms"));
        server.answerNextWith(429);
        isAnswered(deliver("books.add", "a"), 1);

        restart(Map.of("serai.delivery.retry-delay", "10d", "serai.delivery.retry-delay-max", "10d"));
        server.answerNextWith(429);
        CompletableFuture<Exchange> pausing = send("books.add", MEMO, Map.of("CapabilityRequestId", "b"), false);
        await().atMost(PATIENCE)
                .until(() -> gateway.get("/observe/metrics").body().contains("serai_delivery_retries_total 1.0"));
        gateway.close();
        assertThat(pausing.join().getException()).hasMessageContaining("the gateway ends");
        assertThat(server.entries()).isEqualTo(1);
    }

    @Test
    void aStoreThatIsNoneIsRefusedAtTheStart() {
        assertThatThrownBy(() -> restart(Map.of("serai.delivery.store", "attic")))
                .hasMessageContaining("serai.delivery.store = 'attic': expected memory, file or redis");
        gateway = gateway(Map.of());
    }
}
