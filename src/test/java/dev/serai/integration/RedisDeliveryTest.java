package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.delivery.DeadReason;
import dev.serai.delivery.Delivery;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways that share through a real Redis what they know of messages. */
@Tag("integration")
@Timeout(120)
class RedisDeliveryTest {
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String NEWER_KEY = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: %s, requires_session: true }
            capabilities:
              - { id: s.echo, metadata: { mcp: { tool_name: echo } } }
            """;

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private TestGateway gateway(RedisServer redis, String name, String keys) throws IOException {
        return TestGateway.in(Files.createDirectory(folder.resolve(name)))
                .setting("serai.delivery.store", "redis")
                .setting("serai.store.redis-url", redis.url())
                .environment("SERAI_STORE_KEY", keys)
                .capabilities("s.yaml", DECLARATIONS.formatted(server.uri()))
                .start();
    }

    private static CompletableFuture<Exchange> send(TestGateway gateway, String requestId, boolean redelivered) {
        return gateway.camelContext().createProducerTemplate().asyncSend("direct:deliver-invocation", exchange -> {
            exchange.getMessage().setBody("{\"message\":\"the-message\"}");
            exchange.getMessage().setHeader("CapabilityId", "s.echo");
            exchange.getMessage().setHeader("CapabilityRequestId", requestId);
            exchange.setProperty(Delivery.REDELIVERED, redelivered);
        });
    }

    private static void isAnswered(Exchange exchange) {
        assertThat(exchange.getProperty(Delivery.DEAD))
                .as("%s", exchange.getMessage().getBody())
                .isNull();
        assertThat(exchange.getMessage().getBody(String.class)).contains("the-message");
    }

    @Test
    void whatOneGatewayHasRunAnotherDoesNotAndRedisHoldsNothingToRead() throws Exception {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway first = gateway(redis, "first", KEY);
                TestGateway second = gateway(redis, "second", KEY)) {
            isAnswered(send(first, "request-1", false).get());
            isAnswered(send(second, "request-1", true).get());
            assertThat(server.counters().executions("echo")).isEqualTo(1);
            List<CompletableFuture<Exchange>> both = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                both.add(send(i % 2 == 0 ? first : second, "request-2", false));
            }
            for (CompletableFuture<Exchange> one : both) {
                Object dead = one.get().getProperty(Delivery.DEAD);
                assertThat(dead).isIn(null, DeadReason.OUTCOME_UNKNOWN);
            }
            assertThat(server.counters().executions("echo")).isEqualTo(2);
            assertThat(redis.content())
                    .contains("serai:delivery:")
                    .doesNotContain("request-1", "the-message", "s.echo", "completed", "anonymous", KEY);
            try (TestGateway rotated = gateway(redis, "rotated", NEWER_KEY + "," + KEY)) {
                isAnswered(send(rotated, "request-1", true).get());
            }
            assertThat(server.counters().executions("echo")).isEqualTo(2);
        }
    }

    @Test
    void whileRedisIsAwayNewMessagesRunAndThoseThatMayHaveRunDoNot() throws Exception {
        try (RedisServer redis = RedisServer.start(folder);
                TestGateway gateway = gateway(redis, "only", KEY)) {
            isAnswered(send(gateway, "before", false).get());
            redis.kill();
            isAnswered(send(gateway, "meanwhile", false).get());
            isAnswered(send(gateway, "meanwhile", true).get());
            assertThat(send(gateway, "perhaps", true).get().getProperty(Delivery.DEAD))
                    .isEqualTo(DeadReason.OUTCOME_UNKNOWN);
            assertThat(server.counters().executions("echo")).isEqualTo(2);
            assertThat(gateway.get("/observe/metrics").body()).contains("serai_delivery_store_degraded 1.0");
        }
    }
}
