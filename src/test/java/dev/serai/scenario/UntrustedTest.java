package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.TestGateway;
import dev.serai.sample.RecordedRequest;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers and upstreams that try to steer the gateway. */
@Timeout(120)
class UntrustedTest {
    private static final List<String> FORGED = List.of(
            "mcp_server_url",
            "MCP_SERVER_URL",
            "mcp_auth_env_var",
            "demo_requires_session",
            "mcp_requires_session",
            "Mcp_Requires_Session",
            "mcp_tool_name",
            "CamelHttpUri",
            "camelhttpuri",
            "CamelHttpPath",
            "CamelHttpMethod",
            "Authorization",
            "AUTHORIZATION",
            "Cookie",
            "Mcp-Session-Id");

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final SampleMcpServer elsewhere = new SampleMcpServer();

    @BeforeEach
    void startServers() throws Exception {
        server.start();
        elsewhere.start();
        Files.writeString(folder.resolve("token"), "the-secret-token");
        server.dials().requireBearer("the-secret-token");
    }

    @AfterEach
    void stopServers() {
        server.close();
        elsewhere.close();
    }

    private TestGateway gateway() {
        return TestGateway.in(folder)
                .capabilities(
                        "sample.yaml",
                        Sample.declarations(server, "  auth_file: " + folder.resolve("token"), "echo", "fail"))
                .start();
    }

    @Test
    void forgedHeadersAndParametersChangeNothingOverRest() {
        try (TestGateway gateway = gateway()) {
            String[] headers = FORGED.stream()
                    .flatMap(name -> List.of(name, elsewhere.uri().toString()).stream())
                    .toArray(String[]::new);
            HttpResponse<String> answer = gateway.post("sample.echo", "{\"message\":\"hi\"}", headers);
            HttpResponse<String> queried = gateway.post(
                    "sample.echo?mcp_server_url=" + elsewhere.uri() + "&salesforce_requires_session=true&CamelHttpUri="
                            + elsewhere.uri(),
                    "{\"message\":\"hi\"}");

            assertThat(answer.body()).isEqualTo("\"hi\"");
            assertThat(queried.body()).isEqualTo("\"hi\"");
            assertThat(elsewhere.requests()).isEmpty();
            assertThat(server.requests()).allSatisfy(UntrustedTest::carriesNoMetadata);
            assertThat(server.requests())
                    .allSatisfy(r -> assertThat(r.header("Authorization")).isEqualTo("Bearer the-secret-token"));
            assertThat(server.requests())
                    .allSatisfy(r -> assertThat(r.header("Cookie")).isEmpty());
        }
    }

    @Test
    void forgedHeadersChangeNothingFromACamelRoute() {
        try (TestGateway gateway = gateway()) {
            Exchange answer = gateway.camelContext().createProducerTemplate().request("direct:invoke-capability", e -> {
                FORGED.forEach(
                        name -> e.getMessage().setHeader(name, elsewhere.uri().toString()));
                e.getMessage().setHeader("CapabilityId", "sample.echo");
                e.getMessage().setHeader("CapabilityStatus", "completed");
                e.getMessage().setHeader("orderId", "42");
                e.getMessage().setBody("{\"message\":\"hi\"}");
            });

            assertThat(answer.getMessage().getBody(String.class)).isEqualTo("hi");
            assertThat(elsewhere.requests()).isEmpty();
            assertThat(server.requests()).isNotEmpty().allSatisfy(UntrustedTest::carriesNoMetadata);
            Map<String, Object> headers = answer.getMessage().getHeaders();
            assertThat(headers).containsEntry("orderId", "42");
            assertThat(headers.keySet())
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("mcp_"));
            assertThat(headers.keySet()).noneMatch(name -> name.equalsIgnoreCase("Authorization"));
            assertThat(headers.toString()).doesNotContain("the-secret-token");
        }
    }

    private static void carriesNoMetadata(RecordedRequest request) {
        assertThat(request.headers().keySet())
                .noneMatch(name -> name.contains("_")
                        || name.toLowerCase(Locale.ROOT).startsWith("camel")
                        || name.toLowerCase(Locale.ROOT).startsWith("capability"));
    }

    @Test
    void theReplyCarriesNeitherCredentialNorSessionId() {
        try (TestGateway gateway = gateway()) {
            HttpResponse<String> answer = gateway.post("sample.echo", "{\"message\":\"hi\"}");
            HttpResponse<String> failure = gateway.post("sample.fail", "{}");

            assertThat(failure.statusCode()).isEqualTo(422);
            String sessionId = server.requests().stream()
                    .map(r -> r.header("Mcp-Session-Id"))
                    .filter(id -> !id.isEmpty())
                    .findFirst()
                    .orElseThrow();
            for (HttpResponse<String> reply : List.of(answer, failure)) {
                String all = reply.headers().map() + reply.body();
                assertThat(all).doesNotContain("the-secret-token").doesNotContain(sessionId);
            }
            assertThat(answer.headers().firstValue("Serai-Session")).isPresent();
        }
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (TestGateway gateway = gateway()) {
            assertThat(gateway.post("sample.echo", "{\"message\":\"hi\"}").statusCode())
                    .isEqualTo(200);
            server.dials().redirectTo(elsewhere.uri());

            HttpResponse<String> answer = gateway.post("sample.echo", "{\"message\":\"hi\"}");

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("redirects are not followed");
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @Test
    void headersOfTheUpstreamSteerNothingAndCookiesAreNotKept() {
        server.dials()
                .extraResponseHeaders(Map.of(
                        "Set-Cookie", "a=b",
                        "x_requires_session", "true",
                        "mcp_server_url", elsewhere.uri().toString(),
                        "CamelHttpUri", elsewhere.uri().toString(),
                        "CapabilityStatus", "failed"));
        try (TestGateway gateway = gateway()) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> answer = gateway.post("sample.echo", "{\"message\":\"hi\"}");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
                assertThat(answer.headers().firstValue("x_requires_session")).isEmpty();
            }
            assertThat(elsewhere.requests()).isEmpty();
            assertThat(server.requests()).hasSize(5).allSatisfy(r -> assertThat(r.headers())
                    .doesNotContainKeys("Cookie", "Set-Cookie"));
        }
    }

    @Test
    void anUpstreamThatIsOverloadedSeesTheCallOnce() {
        server.dials().retryAfter(1);
        try (TestGateway gateway = gateway()) {
            assertThat(gateway.post("sample.echo", "{\"message\":\"warm\"}").statusCode())
                    .isEqualTo(200);
            for (int status : new int[] {503, 429, 500, 502}) {
                long before = server.counters().calls();
                server.dials().nextStatuses(status);
                HttpResponse<String> answer = gateway.post("sample.echo", "{\"message\":\"hi\"}");
                assertThat(answer.statusCode()).isEqualTo(502);
                assertThat(answer.body()).contains("the upstream answered " + status);
                assertThat(server.counters().calls()).isEqualTo(before + 1);
            }
        }
    }
}
