package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.RecordedRequest;
import dev.serai.sample.SampleMcpServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A caller's own token goes to the server where the declaration says so, in that caller's calls and sessions only. */
@Timeout(120)
class CallerTokenTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                mcp: { server_url: "%1$s", requires_session: true, tool_name: echo }
            capabilities:
              - { id: own.echo, metadata: { mcp: { auth_caller_origin: "%2$s" }, session: { scope: shared } } }
              - { id: moved.echo, metadata: { mcp: { auth_caller_origin: "%2$s", server_url_override_env: MOVED } } }
              - { id: plain.echo }
            """;

    @TempDir
    Path folder;

    private final Issuer issuer = new Issuer();
    private final SampleMcpServer server = new SampleMcpServer();

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        issuer.close();
    }

    private TestGateway.Builder gateway() {
        String origin = server.uri().toString().replaceFirst("/mcp$", "");
        return issuer.trustedBy(TestGateway.in(folder))
                .capabilities("c.yaml", DECLARATIONS.formatted(server.uri(), origin));
    }

    private static String token(String subject) {
        JWTClaimsSet claims = Issuer.claims().subject(subject).build();
        return Issuer.token(claims);
    }

    private static int call(TestGateway gateway, String id, String token) {
        return gateway.post(id, Keys.HI, "Authorization", "Bearer " + token).statusCode();
    }

    /** The values of Authorization with which each session was used. */
    private Map<String, Set<String>> senders() {
        Map<String, Set<String>> bySession = new HashMap<>();
        for (RecordedRequest request : server.requests()) {
            bySession
                    .computeIfAbsent(request.header("Mcp-Session-Id"), session -> new TreeSet<>())
                    .add(request.header("Authorization"));
        }
        return bySession;
    }

    @Test
    void eachCallCarriesItsCallersTokenAndNoSessionIsUsedWithTwo() {
        String ann = token("ann");
        String bob = token("bob");
        try (TestGateway gateway = gateway().start()) {
            for (String token : List.of(ann, bob, ann, bob)) {
                assertThat(call(gateway, "own.echo", token)).isEqualTo(200);
            }
            assertThat(server.counters().initialize()).isEqualTo(2);
            Map<String, Set<String>> bySession = senders();
            assertThat(bySession.remove("")).containsExactlyInAnyOrder("Bearer " + ann, "Bearer " + bob);
            assertThat(bySession.values()).containsExactlyInAnyOrder(Set.of("Bearer " + ann), Set.of("Bearer " + bob));
            for (String path : List.of("/admin/sessions", "/admin/invocations", "/observe/metrics")) {
                assertThat(Keys.get(gateway, path, "Authorization", "Bearer " + ann)
                                .body())
                        .doesNotContain(ann, bob);
            }
        }
    }

    @Test
    void aToolOfTheMcpEntryIsCalledWithIt() {
        String ann = token("ann");
        try (TestGateway gateway = gateway().start()) {
            HttpResponse<String> answer = gateway.send(
                    HttpRequest.newBuilder(URI.create(gateway.gateway().url() + "/mcp"))
                            .header("Authorization", "Bearer " + ann)
                            .header("Content-Type", "application/json")
                            .header("Accept", "application/json, text/event-stream")
                            .header("MCP-Protocol-Version", "2026-07-28")
                            .header("Mcp-Method", "tools/call")
                            .header("Mcp-Name", "own.echo")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"own.echo\","
                                            + "\"arguments\":{\"message\":\"hi\"},\"_meta\":{"
                                            + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                                            + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}"))
                            .build());
            assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
            assertThat(server.counters().executions("echo")).isEqualTo(1);
            assertThat(server.requests())
                    .extracting(request -> request.header("Authorization"))
                    .containsOnly("Bearer " + ann);
        }
    }

    @Test
    void withoutTheKeyNoTokenLeavesTheGateway() {
        try (TestGateway gateway = gateway().start()) {
            assertThat(call(gateway, "plain.echo", token("ann"))).isEqualTo(200);
            assertThat(server.requests())
                    .isNotEmpty()
                    .extracting(request -> request.header("Authorization"))
                    .containsOnly("");
        }
    }

    @Test
    void aCallWithoutATokenIsToldSoAndNothingIsSent() {
        Keys keys = new Keys(folder);
        String key = keys.add("carl");
        try (TestGateway gateway = gateway()
                .setting("serai.access.api-keys-file", keys.file().toString())
                .start()) {
            HttpResponse<String> byKey = gateway.post("own.echo", Keys.HI, "X-API-Key", key);
            assertThat(byKey.statusCode()).isEqualTo(502);
            assertThat(byKey.body())
                    .contains("upstream_unauthorized", "the caller's own token")
                    .doesNotContain(key);
            HttpResponse<String> asBearer = gateway.post("own.echo", Keys.HI, "Authorization", "Bearer " + key);
            assertThat(asBearer.statusCode()).isEqualTo(502);
            CallOutcome inProcess = gateway.call("own.echo", Keys.HI);
            assertThat(inProcess.headers()).containsEntry("CapabilityErrorCode", "upstream_unauthorized");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void anAddressFromTheEnvironmentGetsNoTokenUnlessItIsOfTheOriginNamed() {
        try (SampleMcpServer other = new SampleMcpServer();
                TestGateway gateway =
                        gateway().environment("MOVED", other.start().toString()).start()) {
            HttpResponse<String> answer =
                    gateway.post("moved.echo", Keys.HI, "Authorization", "Bearer " + token("ann"));
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("upstream_unauthorized", "mcp_auth_caller_origin");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void aRefusedTokenIsNotSentAgainAndNotTold() {
        String ann = token("ann");
        try (TestGateway gateway = gateway().start()) {
            assertThat(call(gateway, "own.echo", ann)).isEqualTo(200);
            int before = server.requests().size();
            server.dials().requireBearer("another");
            HttpResponse<String> answer = gateway.post("own.echo", Keys.HI, "Authorization", "Bearer " + ann);
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("upstream_unauthorized").doesNotContain(ann);
            assertThat(server.requests().stream().skip(before))
                    .filteredOn(request -> request.body().contains("tools/call"))
                    .hasSize(1);
        }
    }
}
