package dev.serai.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of records whose capability's policies refuse them. */
@Timeout(120)
class KafkaPolicyTest extends KafkaFixture {
    private static final String HI = "{\"message\":\"hi\"}";

    @Test
    void aRateAndAnOpenCircuitAreNamedInTheDeadLetters() {
        String yaml = """
                defaults:
                  metadata: { mcp: { server_url: "%s", requires_session: true, tool_name: echo } }
                capabilities:
                  - { id: limited, metadata: { policy: { rate_limit: 1/1d } } }
                  - { id: broken, metadata: { policy: { circuit_breaker: { window: 1, open_for: 1h, by: capability } } } }
                """.formatted(server.uri());
        TestGateway.Builder builder =
                TestGateway.in(folder).capabilities("c.yaml", yaml).setting("serai.delivery.retries", "0");
        topics.settings().forEach(builder::setting);
        try (TestGateway gateway = builder.start()) {
            assertThat(gateway.post("limited", HI).statusCode()).isEqualTo(200);
            server.dials().nextStatuses(500);
            assertThat(gateway.post("broken", HI).statusCode()).isEqualTo(502);
            topics.call("k", "limited", HI);
            topics.call("k", "broken", HI);

            var letters = topics.letters(2);
            assertThat(letters)
                    .extracting((ConsumerRecord<byte[], byte[]> letter) ->
                            KafkaTopics.header(letter, "CapabilityErrorCode"))
                    .containsExactly("too_many_requests", "circuit_open");
            assertThat(server.counters().calls()).isEqualTo(2);
        }
    }
}
