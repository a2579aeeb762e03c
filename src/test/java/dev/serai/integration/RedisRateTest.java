package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import dev.serai.scenario.Callers;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gateways that count the calls of a rate together, in a real Redis. */
@Tag("integration")
@Timeout(120)
class RedisRateTest extends SampleFixture {
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String HI = "{\"message\":\"hi\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CALLERS = 40;
    private static final int ALLOWED = 10;

    private TestGateway gateway(RedisServer redis, String name) throws IOException {
        return TestGateway.in(Files.createDirectory(folder.resolve(name)))
                .setting("serai.rate-limit.store", "redis")
                .setting("serai.store.redis-url", redis.url())
                .environment("SERAI_STORE_KEY", KEY)
                .capabilities("s.yaml", """
                        defaults:
                          metadata: { mcp: { server_url: "%s", requires_session: true, tool_name: echo } }
                        capabilities:
                          - { id: s.day, metadata: { policy: { rate_limit: 10/1d } } }
                          - { id: s.other, metadata: { policy: { rate_limit: 10/1d } } }
                          - { id: s.short, metadata: { policy: { rate_limit: 1/500ms } } }
                          - { id: s.none }
                        """.formatted(server.uri()))
                .start();
    }

    private static int status(TestGateway gateway, String id) {
        return gateway.post(id, HI).statusCode();
    }

    @Test
    void gatewaysShareTheirRatesAndRedisHoldsNothingToRead() throws IOException {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway first = gateway(redis, "first");
                TestGateway second = gateway(redis, "second");
                Callers callers = new Callers(CALLERS)) {
            List<HttpResponse<String>> answers = callers.callAll(i -> (i % 2 == 0 ? first : second).post("s.day", HI));
            assertThat(answers.stream().filter(answer -> answer.statusCode() == 200))
                    .hasSize(ALLOWED);
            assertThat(answers.stream().filter(answer -> answer.statusCode() == 429))
                    .hasSize(CALLERS - ALLOWED)
                    .allMatch(answer -> Integer.parseInt(
                                    answer.headers().firstValue("Retry-After").orElse("0"))
                            > 3_600);
            assertThat(server.counters().executions("echo")).isEqualTo(ALLOWED);

            assertThat(status(first, "s.other")).as("a count of its own").isEqualTo(200);
            assertThat(status(first, "s.none")).isEqualTo(200);
            assertThat(redis.content()).contains("serai:rate:").doesNotContain("s.day", "anonymous", KEY);
        }
    }

    @Test
    void aPeriodEndsForAll() throws IOException {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway first = gateway(redis, "first");
                TestGateway second = gateway(redis, "second")) {
            assertThat(status(first, "s.short")).isEqualTo(200);
            await().atMost(PATIENCE).until(() -> status(second, "s.short") == 200);
        }
    }

    @Test
    void whileRedisIsAwayEachCountsByItselfAndNoCallFails() throws Exception {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway gateway = gateway(redis, "only")) {
            assertThat(status(gateway, "s.day")).isEqualTo(200);
            redis.kill();
            for (int i = 0; i < ALLOWED; i++) {
                assertThat(status(gateway, "s.day")).isEqualTo(200);
            }
            assertThat(status(gateway, "s.day")).isEqualTo(429);
            assertThat(gateway.get("/observe/metrics").body()).contains("serai_rate_limit_store_degraded 1.0");

            redis.start();
            await().atMost(PATIENCE).until(() -> {
                status(gateway, "s.short");
                return gateway.get("/observe/metrics").body().contains("serai_rate_limit_store_degraded 0.0");
            });
            assertThat(status(gateway, "s.other")).isEqualTo(200);
        }
    }
}
