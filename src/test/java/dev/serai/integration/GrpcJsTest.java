package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages, streams, statuses, deadlines and sessions at a server of grpc-js. */
@Tag("integration")
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class GrpcJsTest {
    private static final String DECLARATIONS = """
            defaults: { metadata: { grpc: { server_url: "%s", requires_session: true, auth_env_var: ECHO_TOKEN } } }
            capabilities:
              - { id: g.say, metadata: { grpc: { method: lab.v1.Echo/Say } } }
              - { id: g.fail, metadata: { grpc: { method: lab.v1.Echo/Fail } } }
              - { id: g.slow, metadata: { grpc: { method: lab.v1.Echo/Slow } } }
              - { id: g.left, metadata: { grpc: { method: lab.v1.Echo/Left } } }
              - { id: g.count, metadata: { grpc: { method: lab.v1.Echo/Count } } }
              - { id: g.stranger, metadata: { grpc: { method: lab.v1.Echo/Say, requires_session: false, auth_env_var: NOBODY } } }
            """;

    private NpmServer server;
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Peers.copyScripts();
        server = Peers.server("grpc-server.mjs");
        gateway = TestGateway.in(folder)
                .capabilities("grpc.yaml", DECLARATIONS.formatted(server.uri("")))
                .environment("ECHO_TOKEN", "the-token")
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    private String post(String id, String arguments, String... headers) {
        return gateway.post(id, arguments, headers).body();
    }

    private String code(String id, String arguments, String... headers) {
        return TestGateway.tree(post(id, arguments, headers)).path("code").asText();
    }

    @Test
    void messagesAndStreamsAreJson() {
        assertThat(post("g.say", "{\"message\":\"hi\",\"n\":\"9007199254740993\",\"at\":\"2026-01-02T03:04:05Z\"}"))
                .isEqualTo("{\"message\":\"Echo: hi\",\"n\":\"9007199254740993\",\"at\":\"2026-01-02T03:04:05Z\"}");
        assertThat(post("g.count", "{\"to\":2}"))
                .isEqualTo("[{\"message\":\"m1\",\"n\":\"1\"},{\"message\":\"m2\",\"n\":\"2\"}]");
        assertThat(post("g.say", "{\"kind\":\"C\"}")).contains("/kind: expected one of A, B");
    }

    @Test
    void statusesAreErrorsThatKeepThem() {
        JsonNode problem = TestGateway.tree(post("g.fail", "{\"n\":9}"));
        assertThat(problem.path("code").asText()).isEqualTo("tool_error");
        assertThat(problem.path("result").toString())
                .isEqualTo("{\"code\":9,\"status\":\"FAILED_PRECONDITION\",\"message\":\"boom\"}");
        assertThat(code("g.fail", "{\"n\":13}")).isEqualTo("upstream_error");
        assertThat(code("g.stranger", "{}")).isEqualTo("upstream_unauthorized");
    }

    @Test
    void theServerKnowsTheTimeThatIsLeft() {
        assertThat(code("g.slow", "{}", "Serai-Timeout-Ms", "3000")).isEqualTo("timeout");
        assertThat(TestGateway.tree(post("g.left", "{}")).path("to").asInt()).isBetween(1, 3_000);
    }

    @Test
    void allCallersShareOneConnection() {
        assertThat(IntStream.range(0, 50)
                        .parallel()
                        .mapToObj(i -> gateway.post("g.say", "{\"message\":\"m\"}")
                                .headers()
                                .firstValue("Serai-Session")
                                .orElse("none"))
                        .distinct())
                .hasSize(1)
                .doesNotContain("none");
    }
}
