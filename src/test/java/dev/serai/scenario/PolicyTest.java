package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import dev.serai.observe.Scraped;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rate limits and circuit breaking, as the server and callers see them. */
@Timeout(120)
class PolicyTest extends SampleFixture {
    private static final String HI = "{\"message\":\"hi\"}";

    /** {@code sample.echo} and {@code sample.slow} with these metadata, {@code free.echo} without. */
    private TestGateway gateway(String metadata) {
        return TestGateway.in(folder)
                .capabilities("sample.yaml", Sample.declarations(server, metadata, "echo", "slow"))
                .capabilities(
                        "free.yaml", Sample.declarations(server.uri().toString(), "free", "true", "", List.of("echo")))
                .start();
    }

    private static String code(HttpResponse<String> answer) {
        return TestGateway.tree(answer.body()).path("code").asText();
    }

    private static int retryAfter(HttpResponse<String> answer) {
        return Integer.parseInt(answer.headers().firstValue("Retry-After").orElse("0"));
    }

    private static double refused(TestGateway gateway, String policy) {
        return Scraped.of(gateway).sum("serai_policy_refused_total", "policy=\"" + policy + "\"");
    }

    @Test
    void callsOverTheRateAreRefusedBeforeTheServerSeesThemAndToldWhenToComeBack() {
        try (TestGateway gateway = gateway("policy: { rate_limit: 2/1d }")) {
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);

            HttpResponse<String> third = gateway.post("sample.echo", HI);
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(code(third)).isEqualTo("too_many_requests");
            assertThat(third.body()).contains("more than 2 calls in 86400000 ms (policy_rate_limit)");
            assertThat(retryAfter(third)).isBetween(1, 86_400);
            CallOutcome inProcess = gateway.call("sample.echo", HI);
            assertThat(inProcess.completed()).isFalse();

            assertThat(server.counters().executions("echo")).isEqualTo(2);
            assertThat(refused(gateway, "rate_limit")).isEqualTo(2);
            assertThat(gateway.post("free.echo", HI).statusCode()).isEqualTo(200);
            assertThat(gateway.post("sample.slow", "{\"millis\":1}").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void theNextPeriodLetsCallsThroughAgain() {
        try (TestGateway gateway = gateway("policy: { rate_limit: 1/500ms }")) {
            await().until(() -> gateway.post("sample.echo", HI).statusCode() == 200
                    && gateway.post("sample.echo", HI).statusCode() == 429);
            await().until(() -> gateway.post("sample.echo", HI).statusCode() == 200);
        }
    }

    @Test
    void capabilitiesOfOneServerMayShareOneRate() {
        try (TestGateway gateway = gateway("policy: { rate_limit: 1/1d, rate_limit_by: server }")) {
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
            assertThat(gateway.post("sample.slow", "{\"millis\":1}").statusCode())
                    .isEqualTo(429);
            assertThat(gateway.post("free.echo", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aServerThatFailsIsLeftAloneAndACallerToldSo() {
        server.dials().nextStatuses(500, 500, 500);
        String policy = "policy: { circuit_breaker: { window: 4, failure_rate: 75, open_for: 1h } }";
        try (TestGateway gateway = gateway(policy)) {
            assertThat(gateway.post("sample.slow", "{\"millis\":1}").statusCode())
                    .isEqualTo(502);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
            long seen = server.counters().calls();

            HttpResponse<String> next = gateway.post("sample.echo", HI);
            assertThat(next.statusCode()).isEqualTo(503);
            assertThat(code(next)).isEqualTo("circuit_open");
            assertThat(next.body())
                    .contains("of the last 4 calls, 75 % or more failed")
                    .contains("3600000 ms");
            assertThat(retryAfter(next)).isBetween(3_500, 3_600);
            assertThat(TestGateway.tree(next.body()).has("result")).isFalse();
            assertThat(gateway.post("sample.slow", "{\"millis\":1}").statusCode())
                    .isEqualTo(503);
            assertThat(server.counters().calls()).isEqualTo(seen);
            assertThat(refused(gateway, "circuit_breaker")).isEqualTo(2);
            assertThat(Scraped.of(gateway).sum("serai_circuits_open")).isEqualTo(1);
            assertThat(gateway.post("free.echo", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aCircuitOfOneCapabilityLeavesTheOthersOfItsServerAlone() {
        server.dials().nextStatuses(500);
        String policy = "policy: { circuit_breaker: { window: 1, open_for: 1h, by: capability } }";
        try (TestGateway gateway = gateway(policy)) {
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            assertThat(code(gateway.post("sample.echo", HI))).isEqualTo("circuit_open");
            assertThat(gateway.post("sample.slow", "{\"millis\":1}").statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"409", "422"})
    void whatTheServerRefusesForTheCallersSakeIsNoFailureOfTheServer(int status) {
        server.dials().nextStatuses(status, status, status);
        try (TestGateway gateway = gateway("policy: { circuit_breaker: { window: 2, open_for: 1h } }")) {
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            }
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void afterAWhileOneCallAtATimeTriesTheServerAndItsSuccessClosesTheCircuit() {
        server.dials().nextStatuses(500, 500);
        try (TestGateway gateway = gateway("policy: { circuit_breaker: { window: 2, open_for: 1ms } }")) {
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            server.dials().holdCalls();
            long before = server.counters().calls();
            CompletableFuture<Integer> trial = CompletableFuture.supplyAsync(
                    () -> {
                        // The circuit may still be open for the first.
                        int status = 503;
                        while (status == 503) {
                            status = gateway.post("sample.echo", HI).statusCode();
                        }
                        return status;
                    },
                    task -> new Thread(task).start());
            await().until(() -> server.counters().calls() == before + 1);
            assertThat(code(gateway.post("sample.echo", HI))).isEqualTo("circuit_open");

            server.dials().release();
            assertThat(trial.join()).isEqualTo(200);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
            assertThat(Scraped.of(gateway).sum("serai_circuits_open")).isZero();
        }
    }

    @Test
    void asManyTrialsAsDeclaredGoToTheServerAtATime() {
        server.dials().nextStatuses(500);
        try (TestGateway gateway = gateway("policy: { circuit_breaker: { window: 1, open_for: 1ms, trials: 3 } }");
                Callers callers = new Callers(3)) {
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            server.dials().holdCalls();
            long before = server.counters().calls();
            var trials = callers.start(i -> {
                int status = 503;
                while (status == 503) {
                    status = gateway.post("sample.echo", HI).statusCode();
                }
                return status;
            });
            await().atMost(Duration.ofSeconds(60)).until(() -> server.counters().calls() == before + 3);
            assertThat(code(gateway.post("sample.echo", HI))).isEqualTo("circuit_open");
            assertThat(server.counters().calls()).isEqualTo(before + 3);

            server.dials().release();
            assertThat(Callers.results(trials)).containsOnly(200);
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aTrialWhoseCallerIsGoneLeavesItsPlaceToTheNext() {
        server.dials().nextStatuses(500);
        try (TestGateway gateway = gateway("policy: { circuit_breaker: { window: 1, open_for: 1ms } }")) {
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(502);
            server.dials().holdCalls();
            // A caller in a hurry says nothing of the server.
            await().until(() -> code(gateway.post("sample.echo", HI, "Serai-Timeout-Ms", "100"))
                    .equals("timeout"));
            server.dials().release();
            assertThat(gateway.post("sample.echo", HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whereRatesAreCountedIsOneOfTwo() {
        TestGateway.Builder attic = TestGateway.in(folder).setting("serai.rate-limit.store", "attic");
        assertThatThrownBy(attic::start)
                .hasMessageContaining("serai.rate-limit.store = 'attic': expected memory or redis");
        TestGateway.Builder keyless = TestGateway.in(folder).setting("serai.rate-limit.store", "redis");
        assertThatThrownBy(keyless::start).hasMessageContaining("SERAI_STORE_KEY");
    }
}
