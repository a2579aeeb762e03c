package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.CapabilityException;
import dev.serai.sample.SampleMcpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class ExplainTest {
    private static final String DECLARATIONS = """
            capabilities:
              - id: s.echo
                metadata:
                  mcp:
                    server_url: %s
                    requires_session: %s
                    tool_name: echo
                    auth_env_var: S_TOKEN
                    server_url_override_env: S_URL
                  session: { scope: conversation, idle: 7m }
                  policy: { timeout: 3s, timeout_queue: 2s, idempotent: true }
                input_schema:
                  type: object
                  properties: { message: { type: string } }
                  required: [message]
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

    private TestGateway.Builder gateway(String requiresSession) {
        return TestGateway.in(folder)
                .capabilities("s.yaml", DECLARATIONS.formatted(server.uri(), requiresSession))
                .environment("S_TOKEN", "hunter2");
    }

    private static JsonNode explain(TestGateway gateway, String arguments) {
        return gateway.gateway().explain("s.echo", TestGateway.tree(arguments)).document();
    }

    @Test
    void headersRouteSessionKeyDecisionAndPoliciesAreShownAndNothingIsSent() {
        try (TestGateway gateway = gateway("auto").start()) {
            JsonNode told = explain(gateway, "{\"message\":\"hi\"}");

            assertThat(told.at("/headers/mcp_tool_name").asText()).isEqualTo("echo");
            assertThat(told.at("/headers/mcp_requires_session").asText()).isEqualTo("auto");
            assertThat(told.at("/decision").asText())
                    .isEqualTo("mcp_requires_session = auto: a session where the" + " server keeps one");
            assertThat(told.at("/route").asText())
                    .isEqualTo("invoke-capability > make-call > call-in-session > attempt-call > mcp-call");
            assertThat(told.at("/session/key/provider").asText()).isEqualTo("mcp");
            assertThat(told.at("/session/key/server").asText())
                    .isEqualTo(server.uri().toString());
            assertThat(told.at("/session/key/scope").asText()).isEqualTo("conversation");
            assertThat(told.at("/session/key/credential").asText()).isEqualTo("env S_TOKEN (set)");
            assertThat(told.at("/session/key/generation").isIntegralNumber()).isTrue();
            assertThat(told.at("/session/idle").asText()).isEqualTo("PT7M");
            assertThat(told.at("/policies/timeout").asText()).isEqualTo("PT3S");
            assertThat(told.at("/policies/timeoutStreaming").asText()).isEqualTo("PT3S");
            assertThat(told.at("/policies/timeoutQueue").asText()).isEqualTo("PT2S");
            assertThat(told.at("/policies/idempotent").asBoolean()).isTrue();
            assertThat(told.at("/arguments").asText()).isEqualTo("valid");
            assertThat(told.at("/source").asText()).endsWith("s.yaml:2");
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, call-in-session, a session is required",
        "false, call-without-session, no session",
    })
    void theRouteFollowsTheDecision(String requiresSession, String route, String decision) {
        try (TestGateway gateway = gateway(requiresSession).start()) {
            JsonNode told = explain(gateway, "{\"message\":\"hi\"}");

            assertThat(told.at("/route").asText()).contains(route);
            assertThat(told.at("/decision").asText()).contains(decision);
            assertThat(told.has("session")).isEqualTo("true".equals(requiresSession));
        }
    }

    @Test
    void whatHappensBeforeAndAfterTheCallIsTold() {
        String yaml = """
                capabilities:
                  - id: s.echo
                    metadata:
                      mcp: { server_url: "%s", requires_session: true }
                      policy: { idempotent: true, cache_ttl: 5m, retry: { max: 2 }, fallback: s.other }
                """.formatted(server.uri());
        try (TestGateway gateway =
                TestGateway.in(folder).capabilities("p.yaml", yaml).start()) {
            JsonNode told = explain(gateway, "{}");
            assertThat(told.at("/route").asText())
                    .isEqualTo("invoke-capability > make-call > call-with-retries > call-in-session > attempt-call"
                            + " > mcp-call");
            assertThat(told.at("/policies/cache_ttl").asText()).isEqualTo("5m");
            assertThat(told.at("/policies/retry_max").asText()).isEqualTo("2");
            assertThat(told.at("/policies/fallback").asText()).isEqualTo("s.other");
            assertThat(told.at("/policies/timeout").asText()).isEqualTo("PT30S");
        }
    }

    @Test
    void anEmbeddedServerIsNotStarted() {
        try (TestGateway gateway =
                gateway("true").environment("S_URL", "embedded:sample").start()) {
            assertThat(explain(gateway, "{}").at("/server").asText()).isEqualTo("embedded:sample");
        }
    }

    @Test
    void invalidArgumentsAreTold() {
        try (TestGateway gateway = gateway("true").start()) {
            assertThat(explain(gateway, "{\"message\":5}").at("/arguments").asText())
                    .startsWith("invalid: ")
                    .contains("/message", "string");
        }
    }

    @Test
    void anUnknownIdIsAnError() {
        try (TestGateway gateway = gateway("true").start()) {
            assertThatThrownBy(() -> gateway.gateway().explain("s.nothing", null))
                    .isInstanceOf(CapabilityException.class)
                    .hasMessageContaining("no capability with this id");
        }
    }

    @Test
    void nothingSecretIsTold() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "hunter3");
        try (TestGateway gateway = gateway("true")
                .environment("S_URL", server.uri() + "?key=hunter4")
                .capabilities(
                        "f.yaml",
                        DECLARATIONS
                                .formatted(server.uri(), "true")
                                .replace("s.echo", "f.echo")
                                .replace("auth_env_var: S_TOKEN", "auth_file: " + token))
                .start()) {
            String told = explain(gateway, "{}").toString()
                    + gateway.gateway().explain("f.echo", null).document();

            assertThat(told).contains("file " + token + " (present)", "?…");
            assertThat(told).doesNotContain("hunter").doesNotContainPattern("\"[0-9a-f]{8,}\"");
        }
    }

    @Test
    void anUnsetVariableIsTold() {
        try (TestGateway gateway = gateway("true").environment("S_TOKEN", " ").start()) {
            assertThat(explain(gateway, "{}").at("/credential").asText()).isEqualTo("env S_TOKEN (not set)");
        }
    }
}
