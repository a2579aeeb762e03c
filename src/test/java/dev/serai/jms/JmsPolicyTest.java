package dev.serai.jms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import jakarta.jms.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a message's sender is told of the policies of its capability. */
@Timeout(120)
class JmsPolicyTest extends SampleFixture {
    private static final String HI = "{\"message\":\"hi\"}";

    private TestGateway gateway(Broker broker) {
        String yaml = """
                defaults:
                  metadata: { mcp: { server_url: "%s", requires_session: true, tool_name: echo } }
                capabilities:
                  - { id: limited, metadata: { policy: { rate_limit: 1/1d } } }
                  - { id: broken, metadata: { policy: { circuit_breaker: { window: 1, open_for: 1h, by: capability } } } }
                  - { id: kept, metadata: { policy: { idempotent: true, cache_ttl: 1h } } }
                  - { id: second, metadata: { policy: { fallback: kept } } }
                """.formatted(server.uri());
        return TestGateway.in(folder)
                .capabilities("c.yaml", yaml)
                .setting("serai.jms.enabled", "true")
                .setting("serai.jms.url", broker.url())
                .setting("serai.delivery.retries", "0")
                .start();
    }

    private static Message refused(JmsClient client, String id, String code) throws Exception {
        Message reply = client.ask(client.text(id, HI));
        assertThat(reply.getStringProperty("CapabilityErrorCode")).isEqualTo(code);
        assertThat(reply.getStringProperty("CapabilityStatus")).isEqualTo("rejected");
        assertThat(JmsClient.json(reply).path("code").asText()).isEqualTo(code);
        Message letter = client.takeDead();
        assertThat(letter.getStringProperty("CapabilityErrorCode")).isEqualTo(code);
        return reply;
    }

    @Test
    void aRateAnOpenCircuitAndAnAnswerThatIsAnothersLookLikeWhatTheyAre() throws Exception {
        try (Broker broker = new Broker(folder.resolve("broker"));
                TestGateway gateway = gateway(broker);
                JmsClient client = new JmsClient(broker.connections())) {
            assertThat(gateway.post("limited", HI).statusCode()).isEqualTo(200);
            refused(client, "limited", "too_many_requests");

            server.dials().nextStatuses(500);
            assertThat(gateway.post("broken", HI).statusCode()).isEqualTo(502);
            refused(client, "broken", "circuit_open");

            Message own = client.ask(client.text("kept", HI));
            assertThat(own.propertyExists("CapabilityCache")).isFalse();
            Message hit = client.ask(client.text("kept", HI));
            assertThat(hit.getStringProperty("CapabilityCache")).isEqualTo("hit");
            assertThat(JmsClient.json(hit).asText()).isEqualTo("hi");

            server.dials().nextStatuses(500);
            Message other = client.ask(client.text("second", HI));
            assertThat(other.getStringProperty("CapabilityFallback")).isEqualTo("kept");
            assertThat(other.getStringProperty("CapabilityFallbackReason")).isEqualTo("upstream_error");
        }
    }
}
