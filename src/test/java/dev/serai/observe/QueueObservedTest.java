package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What metrics and health show of calls that wait. */
@Timeout(120)
class QueueObservedTest extends SampleFixture {
    private static final String HI = "{\"message\":\"hi\"}";

    private TestGateway gateway(String queueMax) {
        return declaring("echo")
                .setting("serai.limits.in-flight", "1")
                .setting("serai.queue.max", queueMax)
                .start();
    }

    private static CompletableFuture<CallOutcome> start(TestGateway gateway, String priority) {
        return CompletableFuture.supplyAsync(
                () -> gateway.call("s.echo", HI, Map.of("CapabilityPriority", priority)),
                task -> new Thread(task).start());
    }

    private static JsonNode health(TestGateway gateway) {
        return TestGateway.tree(gateway.get("/observe/health").body());
    }

    private static double depth(TestGateway gateway, String priority) {
        return Scraped.of(gateway).sum("serai_queue_depth", "priority=\"" + priority + "\"");
    }

    @Test
    void whoWaitsIsSeenByPriorityAndAFullQueueDegradesTheGateway() {
        server.dials().holdCalls();
        try (TestGateway gateway = gateway("2")) {
            assertThat(health(gateway).at("/queue/status").asText()).isEqualTo("UP");
            CompletableFuture<CallOutcome> first = start(gateway, "low");
            await().until(() -> server.counters().calls() == 1);
            CompletableFuture<CallOutcome> high = start(gateway, "high");
            await().until(() -> depth(gateway, "high") == 1);
            assertThat(health(gateway).path("status").asText()).isEqualTo("UP");
            CompletableFuture<CallOutcome> low = start(gateway, "low");
            await().until(() -> depth(gateway, "low") == 1);

            JsonNode health = health(gateway);
            assertThat(health.path("status").asText()).isEqualTo("DEGRADED");
            assertThat(health.at("/queue/status").asText()).isEqualTo("DEGRADED");
            assertThat(health.at("/queue/depth").asInt()).isEqualTo(2);
            Scraped full = Scraped.of(gateway);
            assertThat(full.sum("serai_in_flight")).isEqualTo(1);
            assertThat(full.sum("serai_in_flight_limit")).isEqualTo(1);
            assertThat(full.sum("serai_queue_depth")).isEqualTo(2);

            assertThat(gateway.call("s.echo", HI).completed()).isFalse();
            server.dials().release();
            assertThat(first.join().completed()).isTrue();
            assertThat(high.join().completed()).isTrue();
            assertThat(low.join().completed()).isTrue();
            await().until(() -> Scraped.of(gateway).sum("serai_in_flight") == 0);
            assertThat(health(gateway).path("status").asText()).isEqualTo("UP");
            Scraped after = Scraped.of(gateway);
            assertThat(after.sum("serai_queue_depth")).isZero();
            assertThat(after.sum("serai_queue_wait_seconds_count")).isEqualTo(2);
            assertThat(after.sum("serai_queue_refused_total", "cause=\"full\"")).isEqualTo(1);
            assertThat(after.sum("serai_queue_refused_total")).isEqualTo(1);
        }
    }

    @Test
    void aWaitInVainIsCountedAndTimed() {
        server.dials().holdCalls();
        try (TestGateway gateway = gateway("1")) {
            CompletableFuture<CallOutcome> first = start(gateway, "low");
            await().until(() -> server.counters().calls() == 1);
            assertThat(gateway.call("s.echo", HI, Map.of("CapabilityTimeoutMs", "1000"))
                            .completed())
                    .isFalse();

            Scraped scraped = Scraped.of(gateway);
            assertThat(scraped.sum("serai_queue_refused_total", "cause=\"timeout\""))
                    .isEqualTo(1);
            assertThat(scraped.sum("serai_queue_wait_seconds_count")).isEqualTo(1);
            assertThat(scraped.sum("serai_queue_wait_seconds_sum")).isGreaterThan(0.01);
            server.dials().release();
            assertThat(first.join().completed()).isTrue();
        }
    }

    @Test
    void withoutAQueueTheGatewayIsDegradedWhileEveryPermitIsTaken() {
        server.dials().holdCalls();
        try (TestGateway gateway = gateway("0")) {
            assertThat(health(gateway).path("status").asText()).isEqualTo("UP");
            CompletableFuture<CallOutcome> only = start(gateway, "low");
            await().until(() -> server.counters().calls() == 1);
            assertThat(health(gateway).path("status").asText()).isEqualTo("DEGRADED");
            server.dials().release();
            assertThat(only.join().completed()).isTrue();
        }
    }
}
