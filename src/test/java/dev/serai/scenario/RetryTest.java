package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code policy_retry_*}, as the server and callers see them. */
@Timeout(120)
class RetryTest extends SampleFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HI = "{\"message\":\"hi\"}";
    private static final String RETRIED = "policy: { idempotent: true, retry: { max: 3, delay: 1ms } }";

    private TestGateway gateway(String metadata) {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, metadata, "echo", "fail"))
                .capabilities(
                        "free.yaml", Sample.declarations(server.uri().toString(), "free", "true", "", List.of("echo")))
                .start();
    }

    private static String attempts(HttpResponse<String> answer) {
        return answer.headers().firstValue("Serai-Attempts").orElse("");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 429})
    void aFailureThatPassesIsNotTheCallers(int status) {
        server.dials().nextStatuses(status, status, status);
        try (TestGateway gateway = gateway(RETRIED)) {
            HttpResponse<String> answer = gateway.post("sample.echo", HI);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(attempts(answer)).isEqualTo("4");
            assertThat(Scraped.of(gateway).sum("serai_retries_total")).isEqualTo(3);
            assertThat(server.counters().initialize()).isEqualTo(1);
        }
    }

    @Test
    void thereAreNoMoreTriesThanDeclared() {
        server.dials().nextStatuses(503, 503, 503, 503, 503);
        try (TestGateway gateway = gateway("policy: { idempotent: true, retry: { max: 2, delay: 1ms } }")) {
            HttpResponse<String> answer = gateway.post("sample.echo", HI);
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(attempts(answer)).isEqualTo("3");
            assertThat(server.counters().calls()).isEqualTo(3);
        }
    }

    @Test
    void withoutThePolicyTheFirstFailureIsTheCallers() {
        server.dials().nextStatuses(503);
        try (TestGateway gateway = gateway(RETRIED)) {
            assertThat(gateway.post("free.echo", HI).statusCode()).isEqualTo(502);
            assertThat(server.counters().calls()).isEqualTo(1);
        }
    }

    @Test
    void whatMayHaveBeenDoneIsNotDoneAgainUnlessItMayBe() {
        server.dials().nextStatuses(503);
        try (TestGateway gateway = gateway("policy: { retry: { max: 3, delay: 1ms } }")) {
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            assertThat(server.counters().calls()).isEqualTo(1);
            // 429 says that nothing was done.
            server.dials().nextStatuses(429);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whatTheServerRefusesOrTheToolSaysIsNoFailureThatPasses() {
        server.dials().nextStatuses(409);
        try (TestGateway gateway = gateway(RETRIED)) {
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            assertThat(gateway.post("sample.fail", "{}").statusCode()).isEqualTo(422);
            assertThat(server.counters().executions("fail")).isEqualTo(1);
            assertThat(Scraped.of(gateway).sum("serai_retries_total")).isZero();
        }
    }

    @Test
    void aServerThatAsksForMoreTimeGetsItOrIsNotTriedAgain() {
        server.dials().nextStatuses(503).retryAfter(1);
        try (TestGateway gateway = gateway(RETRIED)) {
            HttpResponse<String> answer = gateway.post("sample.echo", HI);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValueAsLong("Serai-Duration-Ms").orElse(0))
                    .isGreaterThanOrEqualTo(1_000);

            server.dials().nextStatuses(503).retryAfter(11);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            // Nor where the caller's time is over before.
            server.dials().nextStatuses(503).retryAfter(10);
            assertThat(gateway.post("sample.echo", HI, "Serai-Timeout-Ms", "5000")
                            .statusCode())
                    .isEqualTo(502);
        }
    }

    @Test
    void aSessionThatIsLostBetweenTriesIsRenewedInEach() {
        server.dials().nextStatuses(503);
        try (TestGateway gateway = gateway(RETRIED)) {
            gateway.post("free.echo", HI);
            server.expireAllSessions();
            server.dials().nextStatuses(503);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aServerThatIsNotThereIsTriedAgainUntilItIs() throws Exception {
        try (TestGateway gateway = gateway("policy: { retry: { max: 10, delay: 100ms, delay_max: 2s } }")) {
            gateway.post("free.echo", HI);
            server.close();
            HeldPort port = new HeldPort(server.uri());
            CompletableFuture<HttpResponse<String>> call = CompletableFuture.supplyAsync(
                    () -> gateway.post("sample.echo", HI), task -> new Thread(task).start());
            await().atMost(PATIENCE).until(() -> Scraped.of(gateway).sum("serai_retries_total") >= 1);
            port.give(server::start);
            assertThat(call.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }
}
