package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RefusedByPolicyTest extends SampleFixture {
    private static final String CALL = "{\"name\":\"s.echo\",\"arguments\":{\"message\":\"hi\"}}";

    @Test
    void bothErasAreToldByCodeThatTheRateIsExceeded() {
        String yaml = """
                capabilities:
                  - id: s.echo
                    metadata:
                      mcp: { server_url: "%s", requires_session: true }
                      policy: { rate_limit: 1/1d }
                """.formatted(server.uri());
        try (TestGateway gateway =
                TestGateway.in(folder).capabilities("s.yaml", yaml).start()) {
            RawMcp client = new RawMcp(gateway);
            assertThat(RawMcp.answer(client.modern("tools/call", CALL))
                            .at("/result/isError")
                            .asBoolean())
                    .isFalse();

            JsonNode modern = RawMcp.answer(client.modern("tools/call", CALL));
            JsonNode session = client.ask(client.initialize("2025-11-25"), "tools/call", CALL);
            assertThat(modern.toString()).contains("too_many_requests").contains("policy_rate_limit");
            assertThat(session.toString()).contains("too_many_requests").contains("policy_rate_limit");
            for (JsonNode refused : new JsonNode[] {modern, session}) {
                assertThat(refused.has("error") || refused.at("/result/isError").asBoolean())
                        .as(refused.toString())
                        .isTrue();
            }
            assertThat(server.counters().executions("echo")).isEqualTo(1);
        }
    }

    @Test
    void bothErasAreToldByCodeThatTheCircuitIsOpen() {
        String yaml = """
                capabilities:
                  - id: s.echo
                    metadata:
                      mcp: { server_url: "%s", requires_session: true }
                      policy: { circuit_breaker: { window: 1, open_for: 1h } }
                """.formatted(server.uri());
        try (TestGateway gateway =
                TestGateway.in(folder).capabilities("s.yaml", yaml).start()) {
            RawMcp client = new RawMcp(gateway);
            String session = client.initialize("2025-11-25");
            server.dials().nextStatuses(500);
            assertThat(RawMcp.answer(client.modern("tools/call", CALL)).toString())
                    .contains("upstream_error");

            for (JsonNode refused : new JsonNode[] {
                RawMcp.answer(client.modern("tools/call", CALL)), client.ask(session, "tools/call", CALL)
            }) {
                assertThat(refused.toString()).contains("circuit_open");
                assertThat(refused.has("error") || refused.at("/result/isError").asBoolean())
                        .as(refused.toString())
                        .isTrue();
            }
            assertThat(server.counters().executions("echo")).isZero();
        }
    }
}
