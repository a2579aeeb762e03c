package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code serai.policy.provider.*} and {@code serai.policy.server.*}. */
@Timeout(120)
class PolicyDefaultsTest extends SampleFixture {
    private static final String HI = "{\"message\":\"hi\"}";

    private TestGateway.Builder gateway() {
        String yaml = """
                defaults:
                  metadata: { mcp: { server_url: "%s", requires_session: true, tool_name: echo } }
                capabilities:
                  - id: plain
                  - { id: repeatable, metadata: { policy: { idempotent: true } } }
                  - { id: own, metadata: { policy: { rate_limit: 2/1d, cache_ttl: 7m, idempotent: true } } }
                """.formatted(server.uri());
        return TestGateway.in(folder).capabilities("c.yaml", yaml);
    }

    private static int twice(TestGateway gateway, String id) {
        gateway.post(id, HI);
        return gateway.post(id, HI).statusCode();
    }

    @Test
    void whatIsSetForAServerGoesBeforeItsProvidersAndWhatIsDeclaredBeforeBoth() {
        try (TestGateway gateway = gateway()
                .setting("serai.policy.provider.mcp.rate-limit", "9/1d")
                .setting("serai.policy.provider.mcp.cache-ttl", "1h")
                .setting("serai.policy.server.sample.url", server.uri().toString())
                .setting("serai.policy.server.sample.rate-limit", "1/1d")
                .setting("serai.policy.server.other.url", "http://127.0.0.1:1/mcp")
                .setting("serai.policy.server.other.retry.max", "2")
                .start()) {
            assertThat(twice(gateway, "plain")).isEqualTo(429);
            // Its answer is kept, so the second call counts for no rate.
            assertThat(twice(gateway, "repeatable")).isEqualTo(200);
            assertThat(server.counters().executions("echo")).isEqualTo(2);

            JsonNode own =
                    gateway.gateway().explain("own", TestGateway.tree("{}")).document();
            assertThat(own.at("/policies/rate_limit").asText()).isEqualTo("2/1d");
            assertThat(own.at("/policiesFrom/rate_limit").asText()).isEqualTo("declaration");
            assertThat(own.at("/policies/cache_ttl").asText()).isEqualTo("7m");
            JsonNode plain =
                    gateway.gateway().explain("plain", TestGateway.tree("{}")).document();
            assertThat(plain.at("/policies/rate_limit").asText()).isEqualTo("1/1d");
            assertThat(plain.at("/policiesFrom/rate_limit").asText())
                    .isEqualTo("serai.policy.server.sample.rate-limit");
            assertThat(plain.at("/policies").has("cache_ttl")).isFalse();
            assertThat(plain.at("/policies").has("retry_max")).isFalse();
            JsonNode repeatable = gateway.gateway()
                    .explain("repeatable", TestGateway.tree("{}"))
                    .document();
            assertThat(repeatable.at("/policiesFrom/cache_ttl").asText())
                    .isEqualTo("serai.policy.provider.mcp.cache-ttl");
        }
    }

    @Test
    void whatAFileSetsForAllOfItsDeclarationsIsToldApartFromTheirOwn() {
        String yaml = """
                defaults:
                  metadata:
                    mcp: { server_url: "%s", requires_session: true, tool_name: echo }
                    policy: { rate_limit: 1/1d, timeout: 50s }
                capabilities:
                  - id: heir
                  - { id: both, metadata: { policy: { rate_limit: 2/1d } } }
                """.formatted(server.uri());
        try (TestGateway gateway =
                TestGateway.in(folder).capabilities("d.yaml", yaml).start()) {
            assertThat(twice(gateway, "heir")).isEqualTo(429);
            assertThat(twice(gateway, "both")).isEqualTo(200);

            JsonNode heir =
                    gateway.gateway().explain("heir", TestGateway.tree("{}")).document();
            assertThat(heir.at("/policiesFrom/rate_limit").asText()).isEqualTo("defaults of the file");
            JsonNode both =
                    gateway.gateway().explain("both", TestGateway.tree("{}")).document();
            assertThat(both.at("/policiesFrom/rate_limit").asText()).isEqualTo("declaration");
            assertThat(both.at("/policiesFrom/timeout").asText()).isEqualTo("defaults of the file");
        }
    }

    @Test
    void aTimeoutMayBeSetForAProvider() {
        try (TestGateway gateway =
                gateway().setting("serai.policy.provider.mcp.timeout", "123ms").start()) {
            assertThat(gateway.gateway()
                            .explain("plain", TestGateway.tree("{}"))
                            .document()
                            .at("/policies/timeout")
                            .asText())
                    .isEqualTo("PT0.123S");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            serai.policy.provider.mcp.rate-limit | often | serai.policy.provider.mcp.rate-limit: expected calls per time
            serai.policy.provider.mcp.idempotent | true  | expected one of the policies that can be set for many: timeout,
            serai.policy.provider.mcp.speed      | high  | expected one of the policies that can be set for many: timeout,
            serai.policy.server.x.timeout        | 1s    | serai.policy.server.x.url is missing
            """)
    void whatCannotBeMeantIsToldAtTheStart(String setting, String value, String message) {
        assertThatThrownBy(() -> gateway().setting(setting, value).start()).hasStackTraceContaining(message);
    }
}
