package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.TestGateway;
import dev.serai.oauth.AuthorizationServerFake;
import dev.serai.oauth.AuthorizationServerFake.Answer;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens for a server that asks for them, from an authorization server, through the public door. */
@Timeout(120)
class UpstreamTokenTest {
    private static final int CALLERS = 100;
    private static final String HI = "{\"message\":\"hi\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final AuthorizationServerFake issuer = new AuthorizationServerFake();

    @BeforeEach
    void startServer() {
        server.start();
    }

    @AfterEach
    void stopServers() {
        server.close();
        issuer.close();
    }

    private static String token(int number) {
        return AuthorizationServerFake.token(number);
    }

    private TestGateway gateway(String... metadata) {
        String all = "  oauth_client_id: gateway\n  oauth_client_secret_env: CLIENT_SECRET\n  "
                + String.join("\n  ", metadata);
        return started(all);
    }

    private TestGateway started(String metadata) {
        return TestGateway.in(folder.resolve(UUID.randomUUID().toString()))
                .environment("CLIENT_SECRET", AuthorizationServerFake.SECRET)
                .setting("serai.oauth.timeout", "5s")
                .capabilities("sample.yaml", Sample.declarations(server, metadata, "echo", "now"))
                .start();
    }

    private String declaredIssuer() {
        return "oauth_issuer: " + issuer.issuer();
    }

    private static void works(TestGateway gateway) {
        HttpResponse<String> answer = gateway.post("sample.echo", HI);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String refusal(TestGateway gateway, String code) {
        HttpResponse<String> answer = gateway.post("sample.echo", HI);
        assertThat(TestGateway.tree(answer.body()).path("code").asText())
                .as(answer.body())
                .isEqualTo(code);
        return answer.body();
    }

    @Test
    void allWhoComeAtTheMomentOfExpiryShareOneRequestAndKeepTheSession() {
        server.dials().requireBearer(token(1));
        issuer.tokensLive(1);
        try (TestGateway gateway = gateway(declaredIssuer());
                Callers callers = new Callers(CALLERS)) {
            works(gateway);
            long expired = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            await().atMost(PATIENCE).until(() -> System.nanoTime() - expired > 0);
            issuer.tokensLive(3_600);
            server.dials().requireBearer(token(2));

            List<HttpResponse<String>> answers = callers.callAll(i -> gateway.post("sample.echo", HI));

            assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
            assertThat(issuer.tokenRequests()).hasSize(2);
            assertThat(server.counters().initialize()).isEqualTo(1);
            assertThat(server.counters().refused()).isZero();
        }
    }

    @Test
    void aRevokedTokenIsReplacedOnceForAll() {
        server.dials().requireBearer(token(1));
        try (TestGateway gateway = gateway(declaredIssuer());
                Callers callers = new Callers(CALLERS)) {
            works(gateway);
            server.dials().requireBearer(token(2));

            List<CallOutcome> outcomes = callers.callAll(i -> gateway.call("sample.echo", HI));

            assertThat(outcomes).allMatch(CallOutcome::completed);
            assertThat(issuer.tokenRequests()).hasSize(2);
            assertThat(server.counters().initialize()).isEqualTo(2);
        }
    }

    @Test
    void tokensThatStayRefusedAreTheCallersErrorAndAreNotAskedForWithoutEnd() {
        server.dials().requireBearer("another");
        try (TestGateway gateway = gateway(declaredIssuer());
                Callers callers = new Callers(CALLERS)) {
            List<CallOutcome> outcomes = callers.callAll(i -> gateway.call("sample.echo", HI));

            assertThat(outcomes).allSatisfy(o -> assertThat(o.headers())
                    .containsEntry("CapabilityErrorCode", "upstream_unauthorized"));
            // The first, one because it was refused, and one for those whose first was the second.
            assertThat(issuer.tokenRequests()).hasSizeBetween(2, 6);
        }
    }

    @Test
    void anOutageIsUnavailableAndEndsByItself() {
        server.dials().requireBearer(token(3));
        issuer.answerInstead(new Answer(503, "{}"));
        try (TestGateway gateway = gateway(declaredIssuer());
                Callers callers = new Callers(CALLERS)) {
            List<HttpResponse<String>> answers = callers.callAll(i -> gateway.post("sample.echo", HI));

            assertThat(answers).allMatch(answer -> answer.statusCode() == 503);
            assertThat(answers.get(0).body()).contains("upstream_unavailable").contains("it answered 503");
            int asked = issuer.tokenRequests().size();
            assertThat(asked).isLessThan(CALLERS / 10);
            issuer.answerInstead(null);
            server.dials().requireBearer(null);
            await().atMost(PATIENCE).until(() -> gateway.post("sample.echo", HI).statusCode() == 200);
        }
    }

    @Test
    void aClientThatIsRefusedIsToldWithoutItsSecretAndWithoutALoop() {
        issuer.revokeClient();
        try (TestGateway gateway = gateway(declaredIssuer());
                Callers callers = new Callers(CALLERS)) {
            List<HttpResponse<String>> answers = callers.callAll(i -> gateway.post("sample.echo", HI));

            assertThat(answers).allSatisfy(answer -> assertThat(answer.body())
                    .contains("upstream_unauthorized")
                    .contains("invalid_client")
                    .doesNotContain("s3cret"));
            assertThat(issuer.tokenRequests()).hasSizeLessThan(CALLERS / 10);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void tokensAreAskedForForThisServer() {
        server.dials().requireBearer(token(1));
        try (TestGateway gateway = gateway(declaredIssuer())) {
            works(gateway);
            assertThat(issuer.asked("resource")).containsExactly(server.uri().toString());
        }
    }

    @Test
    void metadataOfAnotherIssuerAreRefused() {
        issuer.metadata(json -> json.replace("\"issuer\":\"http", "\"issuer\":\"https"));
        try (TestGateway gateway = gateway(declaredIssuer())) {
            assertThat(refusal(gateway, "upstream_unauthorized")).contains("another issuer");
            assertThat(issuer.tokenRequests()).isEmpty();
        }
    }

    @Test
    void anIssuerWithAPathIsAskedWhereRfc8414Says() {
        issuer.at("/tenant/one");
        server.dials().requireBearer(token(1));
        try (TestGateway gateway = gateway(declaredIssuer())) {
            works(gateway);
            assertThat(issuer.paths()).containsExactly("/.well-known/oauth-authorization-server/tenant/one", "/token");
        }
    }

    @Test
    void openIdDiscoveryIsTheLastResort() {
        String other = issuer.origin() + "/realm";
        issuer.publish(
                "/realm/.well-known/openid-configuration",
                "{\"issuer\":\"" + other + "\",\"token_endpoint\":\"" + issuer.tokenUrl()
                        + "\",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"]}");
        server.dials().requireBearer(token(1));
        try (TestGateway gateway = gateway("oauth_issuer: " + other)) {
            works(gateway);
            assertThat(issuer.asked("client_secret")).containsExactly(AuthorizationServerFake.SECRET);
        }
    }

    @Test
    void aRedirectOfTheTokenEndpointIsNotFollowed() {
        issuer.answerInstead(new Answer(307, ""));
        try (TestGateway gateway = gateway("oauth_token_url: " + issuer.tokenUrl())) {
            assertThat(refusal(gateway, "upstream_unauthorized")).contains("redirects are not followed");
            assertThat(issuer.paths()).containsExactly("/token");
        }
    }

    @Test
    void anAnswerTooLargeIsCutOff() {
        issuer.answerInstead(new Answer(200, "{\"access_token\":\"" + "a".repeat(3_000_000) + "\"}"));
        try (TestGateway gateway = gateway("oauth_token_url: " + issuer.tokenUrl())) {
            assertThat(refusal(gateway, "upstream_unauthorized")).contains("larger than 65536 bytes");
        }
    }

    @Test
    void aPrivateKeySignsWhatTheAuthorizationServerVerifies() throws Exception {
        var key = new ECKeyGenerator(Curve.P_256).keyID("key-1").generate();
        issuer.clientKey(key);
        Path file = Files.writeString(folder.resolve(UUID.randomUUID() + ".jwk"), key.toJSONString());
        server.dials().requireBearer(token(1));
        String metadata = "  oauth_client_id: gateway\n  oauth_private_key_file: " + file + "\n  " + declaredIssuer();
        try (TestGateway gateway = started(metadata)) {
            works(gateway);
            assertThat(issuer.asked("client_assertion_type"))
                    .containsExactly("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        }
    }

    @Test
    void aTokenWithoutAScopeIsWidenedOnceAndKeepsItsSession() {
        server.dials().requireBearer(token(1));
        try (TestGateway gateway = gateway(declaredIssuer(), "oauth_scope: read");
                Callers callers = new Callers(CALLERS)) {
            works(gateway);
            server.dials()
                    .requireBearer(token(2))
                    .refusalStatus(403)
                    .challenge("Bearer error=\"insufficient_scope\", scope=\"read write\"");

            List<CallOutcome> outcomes = callers.callAll(i -> gateway.call("sample.echo", HI));

            assertThat(outcomes).allMatch(CallOutcome::completed);
            assertThat(issuer.asked("scope")).containsExactly("read", "read write");
            assertThat(server.counters().initialize()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatAsksForEverMoreScopesGetsOnlySoMany() {
        server.dials().requireBearer("another").refusalStatus(403);
        try (TestGateway gateway = gateway(declaredIssuer())) {
            for (int i = 0; i < 12; i++) {
                server.dials().challenge("Bearer error=\"insufficient_scope\", scope=\"s" + i + "\"");
                assertThat(gateway.call("sample.echo", HI).completed()).isFalse();
            }
            assertThat(issuer.tokenRequests()).hasSizeBetween(2, 9);
        }
    }

    @Test
    void aDryRunAsksForNoToken() {
        try (TestGateway gateway = gateway(declaredIssuer())) {
            assertThat(gateway.gateway().explain("sample.echo", null).toString())
                    .contains("OAuth client with the secret in env CLIENT_SECRET (set)");
            assertThat(issuer.paths()).isEmpty();
        }
    }

    @Test
    void aMistakeInADeclarationIsToldAndQuotesNoSecret() {
        String secret = "p4sted-secret!";
        try (TestGateway gateway = started("  oauth_client_id: gateway\n  oauth_client_secret_env: " + secret)) {
            HttpResponse<String> answer = gateway.post("sample.echo", HI);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).doesNotContain(secret);
        }
    }
}
