package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.serai.gateway.TestGateway;
import dev.serai.oauth.AuthorizationServerFake;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the gateway proves to an authorization server which client it is, and how long it waits for an answer. */
@Timeout(120)
class ClientProofTest {
    private static final String HI = "{\"message\":\"hi\"}";
    private static final String SIGNED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    @TempDir
    Path folder;

    private final SampleMcpServer server = new SampleMcpServer();
    private final AuthorizationServerFake issuer = new AuthorizationServerFake();

    @BeforeEach
    void startServer() {
        server.start();
        server.dials().requireBearer(AuthorizationServerFake.token(1));
    }

    @AfterEach
    void stopServers() {
        server.close();
        issuer.close();
    }

    private TestGateway gateway(String timeout, String... metadata) {
        String all = "  oauth_client_id: gateway\n  " + String.join("\n  ", metadata);
        return TestGateway.in(folder)
                .setting("serai.oauth.timeout", timeout)
                .capabilities("sample.yaml", Sample.declarations(server, all, "echo"))
                .start();
    }

    private String declaredIssuer() {
        return "oauth_issuer: " + issuer.issuer();
    }

    private static void works(TestGateway gateway) {
        HttpResponse<String> answer = gateway.post("sample.echo", HI);
        assertThat(answer.body()).isEqualTo("\"hi\"");
    }

    private Path pem(PrivateKey key) throws Exception {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(key.getEncoded());
        return Files.writeString(
                folder.resolve("client.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
    }

    private void proves(JWK key, Path file, String algorithm) {
        issuer.clientKey(key);
        try (TestGateway gateway =
                gateway("5s", "oauth_private_key_file: " + file, "oauth_key_id: " + key.getKeyID(), declaredIssuer())) {
            works(gateway);
            assertThat(issuer.asked("client_assertion_type")).containsExactly(SIGNED);
            assertThat(issuer.signedWith()).isEqualTo(algorithm);
            assertThat(issuer.asked("client_secret")).containsExactly("");
        }
    }

    @Test
    void anRsaKeyInPemSigns() throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
        proves(key, pem(key.toPrivateKey()), "RS256");
    }

    @Test
    void anEllipticKeyInPemSigns() throws Exception {
        var key = new ECKeyGenerator(Curve.P_384).keyID("ec-1").generate();
        proves(key, pem(key.toPrivateKey()), "ES384");
    }

    @Test
    void anRsaKeySignsInTheWayThatTheAuthorizationServerTakes() throws Exception {
        issuer.metadata(
                json -> json.replace("{", "{\"token_endpoint_auth_signing_alg_values_supported\":[\"PS256\"],"));
        RSAKey key = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
        proves(key, Files.writeString(folder.resolve("client.jwk"), key.toJSONString()), "PS256");
    }

    @Test
    void aKeyThatIsReplacedInItsFileIsTheNextThatSigns() throws Exception {
        RSAKey old = new RSAKeyGenerator(2048).keyID("rsa").generate();
        RSAKey young = new RSAKeyGenerator(2048).keyID("rsa").generate();
        Path file = pem(old.toPrivateKey());
        issuer.clientKey(old);
        try (TestGateway gateway =
                gateway("5s", "oauth_private_key_file: " + file, "oauth_key_id: rsa", declaredIssuer())) {
            works(gateway);
            pem(young.toPrivateKey());
            issuer.clientKey(young);
            server.dials().requireBearer(AuthorizationServerFake.token(2));
            works(gateway);
        }
    }

    @Test
    void aKeyThatIsTooShortIsRefusedAndNotQuoted() throws Exception {
        var generator = java.security.KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        Path file = pem(generator.generateKeyPair().getPrivate());
        try (TestGateway gateway = gateway("5s", "oauth_private_key_file: " + file, declaredIssuer())) {
            HttpResponse<String> answer = gateway.post("sample.echo", HI);
            Refusals.overRest(answer, 502, "upstream_unauthorized");
            assertThat(answer.body())
                    .contains("RSA from 2048 bits")
                    .doesNotContain(Files.readAllLines(file).get(1).substring(0, 20));
            assertThat(issuer.tokenRequests()).isEmpty();
        }
    }

    @Test
    void aSecretIsReadFromItsFileForEachToken() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), AuthorizationServerFake.SECRET + "\n");
        try (TestGateway gateway = gateway("5s", "oauth_client_secret_file: " + file, declaredIssuer())) {
            works(gateway);
            issuer.clientSecret("n3xt-s3cret");
            Files.writeString(file, "n3xt-s3cret\n");
            server.dials().requireBearer(AuthorizationServerFake.token(2));
            works(gateway);
            assertThat(issuer.tokenRequests()).hasSize(2);
        }
    }

    /** The call's own deadline lies between the two timeouts. */
    @Test
    void anAuthorizationServerThatIsSilentIsWaitedForAsLongAsSaid() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (StubServer silent = new StubServer(exchange -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        })) {
            String[] metadata = {
                "oauth_token_url: " + silent.uri() + "/token",
                "oauth_client_secret_file: " + Files.writeString(folder.resolve("secret"), "s3cret")
            };
            try (TestGateway gateway = gateway("200ms", metadata)) {
                var problem = Refusals.overRest(
                        gateway.post("sample.echo", HI, "Serai-Timeout-Ms", "20000"), 503, "upstream_unavailable");
                assertThat(problem.path("detail").asText()).contains("did not answer in time");
            }
            try (TestGateway gateway = gateway("1h", metadata)) {
                Refusals.overRest(gateway.post("sample.echo", HI, "Serai-Timeout-Ms", "500"), 504, "timeout");
            }
            released.countDown();
        }
    }
}
