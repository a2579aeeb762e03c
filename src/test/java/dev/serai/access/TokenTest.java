package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.serai.gateway.TestGateway;
import dev.serai.sample.SampleMcpServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of an issuer, and what happens when the issuer's keys change or are out of reach. */
@Timeout(120)
class TokenTest {
    @TempDir
    Path folder;

    private final Issuer issuer = new Issuer();

    @AfterEach
    void stop() {
        issuer.close();
    }

    private TestGateway.Builder gateway() {
        return issuer.trustedBy(TestGateway.in(folder)).setting("serai.access.failure-burst", "1000");
    }

    private static int status(TestGateway gateway, String token) {
        return ask(gateway, token).statusCode();
    }

    private static HttpResponse<String> ask(TestGateway gateway, String token) {
        return Keys.get(gateway, "/capabilities", "Authorization", "Bearer " + token);
    }

    @Test
    void rolesAndScopesOfATokenAreRolesOfItsHolder() {
        try (SampleMcpServer server = new SampleMcpServer();
                TestGateway gateway =
                        issuer.trustedBy(Keys.declared(folder, started(server))).start()) {
            sees(gateway, Issuer.claims(), 1);
            sees(gateway, Issuer.claims().claim("roles", List.of("other", "reader")), 2);
            sees(gateway, Issuer.claims().claim("scope", "openid writer"), 3);
            sees(gateway, Issuer.claims().claim("scp", List.of("writer")), 3);
            sees(gateway, Issuer.claims().claim("scp", "reader"), 2);
            sees(gateway, Issuer.claims().claim("roles", Map.of("writer", true)), 1);
            String reader =
                    Issuer.token(Issuer.claims().claim("roles", "reader").build());
            assertThat(gateway.post("reader.echo", Keys.HI, "Authorization", "Bearer " + reader)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.post("writer.echo", Keys.HI, "Authorization", "Bearer " + reader)
                            .statusCode())
                    .isEqualTo(403);
            // A token is no API key, wherever keys may stand.
            assertThat(gateway.post("reader.echo", Keys.HI, "X-API-Key", reader).statusCode())
                    .isEqualTo(401);
        }
    }

    private static SampleMcpServer started(SampleMcpServer server) {
        server.start();
        return server;
    }

    private static void sees(TestGateway gateway, JWTClaimsSet.Builder claims, int count) {
        assertThat(Keys.listed(ask(gateway, Issuer.token(claims.build())))).hasSize(count);
    }

    @Test
    void everyAlgorithmThatIsTakenWorks() throws GeneralSecurityException {
        Map<JWSAlgorithm, ECKey> elliptic = Map.of(
                JWSAlgorithm.ES256, Issuer.elliptic(Curve.P_256, "ec-256"),
                JWSAlgorithm.ES384, Issuer.elliptic(Curve.P_384, "ec-384"),
                JWSAlgorithm.ES512, Issuer.elliptic(Curve.P_521, "ec-512"));
        KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = edwards.getPublic().getEncoded();
        String x = Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))
                .toString();
        issuer.answersWith("{\"keys\":[" + Issuer.RSA.toPublicJWK().toJSONString() + ","
                + elliptic.values().stream()
                        .map(key -> key.toPublicJWK().toJSONString())
                        .collect(Collectors.joining(","))
                + ",{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"ed\",\"x\":\"" + x + "\"}]}");
        JWTClaimsSet claims = Issuer.claims().build();
        try (TestGateway gateway = gateway().start()) {
            for (JWSAlgorithm algorithm : List.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512)) {
                JWSHeader header = new JWSHeader.Builder(algorithm)
                        .keyID("rsa-1")
                        .type(new JOSEObjectType("at+jwt"))
                        .build();
                assertThat(status(gateway, Issuer.token(claims, header, Issuer.RSA)))
                        .as("%s", algorithm)
                        .isEqualTo(200);
            }
            elliptic.forEach((algorithm, key) -> {
                JWSHeader header =
                        new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build();
                assertThat(status(gateway, Issuer.token(claims, header, key)))
                        .as("%s", algorithm)
                        .isEqualTo(200);
            });

            String signed =
                    Base64URL.encode("{\"alg\":\"EdDSA\",\"kid\":\"ed\"}") + "." + Base64URL.encode(claims.toString());
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(edwards.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            byte[] bytes = signature.sign();
            assertThat(status(gateway, signed + "." + Base64URL.encode(bytes))).isEqualTo(200);
            bytes[3] ^= 1;
            assertThat(status(gateway, signed + "." + Base64URL.encode(bytes))).isEqualTo(401);
        }
    }

    @Test
    void aClockThatIsALittleOffDoesNotMatter() {
        try (TestGateway gateway = gateway().start()) {
            assertThat(status(
                            gateway,
                            Issuer.token(Issuer.claims()
                                    .expirationTime(Issuer.in(-30))
                                    .build())))
                    .isEqualTo(200);
            assertThat(status(
                            gateway,
                            Issuer.token(
                                    Issuer.claims().notBeforeTime(Issuer.in(30)).build())))
                    .isEqualTo(200);
        }
        try (TestGateway gateway =
                gateway().setting("serai.access.jwt.clock-skew", "1s").start()) {
            assertThat(status(
                            gateway,
                            Issuer.token(Issuer.claims()
                                    .expirationTime(Issuer.in(-30))
                                    .build())))
                    .isEqualTo(401);
        }
    }

    @Test
    void rotatedKeysAreFetchedAndUnknownOnesCannotHammerTheIssuer() {
        RSAKey next = Issuer.rsa("rsa-2");
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-2").build();
        String rotated = Issuer.token(Issuer.claims().build(), header, next);
        try (TestGateway gateway = gateway().start()) {
            assertThat(status(gateway, Issuer.token())).isEqualTo(200);
            assertThat(issuer.fetches()).isEqualTo(1);

            issuer.publishes(Issuer.RSA, next);
            assertThat(status(gateway, rotated)).isEqualTo(200);
            assertThat(issuer.fetches()).isEqualTo(2);

            for (int i = 0; i < 50; i++) {
                JWSHeader random = new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("random" + i)
                        .build();
                assertThat(status(gateway, Issuer.token(Issuer.claims().build(), random, next)))
                        .isEqualTo(401);
            }
            assertThat(issuer.fetches()).isLessThanOrEqualTo(3);
            assertThat(status(gateway, Issuer.token())).isEqualTo(200);
        }
    }

    @Test
    void aClientWithBadTokensHasToWaitAndGoodTokensOfItsAddressAreNotLockedOut() {
        try (TestGateway gateway = issuer.trustedBy(TestGateway.in(folder))
                .setting("serai.access.failure-burst", "5")
                .setting("serai.access.failure-interval", "1h")
                .start()) {
            for (int i = 0; i < 5; i++) {
                assertThat(status(gateway, expired())).isEqualTo(401);
            }
            HttpResponse<String> refused = ask(gateway, expired());
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Keys.code(refused)).isEqualTo("too_many_requests");
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isBetween(1L, 3_600L);

            // Renewed tokens are new ones that nobody has seen before.
            assertThat(status(gateway, token("first"))).isEqualTo(200);
            assertThat(status(gateway, token("second"))).isEqualTo(200);
            assertThat(status(gateway, expired())).isEqualTo(429);
            assertThat(status(gateway, "guess")).isEqualTo(429);
            assertThat(status(gateway, "a.b")).isEqualTo(429);
        }
    }

    private static String expired() {
        return Issuer.token(Issuer.claims().expirationTime(Issuer.in(-100)).build());
    }

    @Test
    void aRotatedKeyThatCannotBeFetchedIsNoFailureOfItsHolder() {
        RSAKey next = Issuer.rsa("rsa-2");
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-2").build();
        try (TestGateway gateway = issuer.trustedBy(TestGateway.in(folder))
                .setting("serai.access.failure-burst", "1")
                .setting("serai.access.failure-interval", "1h")
                .start()) {
            assertThat(status(gateway, Issuer.token())).isEqualTo(200);
            issuer.publishes(next);
            issuer.fails(true);
            // First fetches that fail, then none that is allowed.
            for (int i = 0; i < 6; i++) {
                HttpResponse<String> answer =
                        ask(gateway, Issuer.token(Issuer.claims().build(), header, next));
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            }
            assertThat(status(gateway, token("with the former key"))).isEqualTo(200);
            assertThat(status(gateway, "guess")).as("no failure so far").isEqualTo(401);
            assertThat(status(gateway, "guess")).isEqualTo(429);
        }
    }

    @Test
    void theRightAudienceMayBeOneOfSeveral() {
        try (TestGateway gateway = gateway().start()) {
            assertThat(status(
                            gateway,
                            Issuer.token(Issuer.claims()
                                    .audience(List.of("https://a.example", Issuer.AUDIENCE, "https://b.example"))
                                    .build())))
                    .isEqualTo(200);
            assertThat(status(
                            gateway,
                            Issuer.token(Issuer.claims()
                                    .audience(List.of("https://a.example", Issuer.AUDIENCE + "/x"))
                                    .build())))
                    .isEqualTo(401);
        }
    }

    @Test
    void withoutKeysNobodyCanTellAndNobodyComesIn() {
        issuer.fails(true);
        try (TestGateway gateway = gateway().start()) {
            for (int i = 0; i < 10; i++) {
                HttpResponse<String> answer = ask(gateway, Issuer.token());
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                assertThat(answer.body()).doesNotContain("127.0.0.1", "jwks");
            }
            assertThat(issuer.fetches()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void anIssuerThatHangsHoldsBackTokensOnly() throws Exception {
        try (SampleMcpServer server = new SampleMcpServer()) {
            Keys keys = new Keys(folder);
            String key = keys.add("ci");
            CountDownLatch answers = issuer.hangs();
            try (TestGateway gateway =
                    issuer.trustedBy(keys.gateway(started(server))).start()) {
                CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(
                        () -> gateway.post("open.echo", Keys.HI, "Authorization", "Bearer " + Issuer.token()),
                        task -> new Thread(task).start());
                await().until(() -> issuer.fetches() == 1);
                for (int i = 0; i < 3; i++) {
                    assertThat(gateway.post("open.echo", Keys.HI, "X-API-Key", key)
                                    .statusCode())
                            .isEqualTo(200);
                }
                assertThat(waiting).isNotDone();
                answers.countDown();
                assertThat(waiting.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            } finally {
                answers.countDown();
            }
        }
    }

    @Test
    void aTokenThatWasGoodIsNotCheckedAgainUntilItExpires() {
        try (TestGateway gateway = gateway().start()) {
            String token = Issuer.token();
            assertThat(status(gateway, token)).isEqualTo(200);
            issuer.publishes(Issuer.rsa("rsa-2"));
            assertThat(status(gateway, token)).isEqualTo(200);
            String brief =
                    Issuer.token(Issuer.claims().expirationTime(Issuer.in(-50)).build());
            assertThat(status(gateway, brief)).isEqualTo(200);
            await().until(() -> status(gateway, brief) == 401);
        }
    }

    @Test
    void formerKeysServeWhileTheIssuerIsDownButNotForEver() {
        try (TestGateway gateway = gateway()
                .setting("serai.access.jwt.keys-ttl", "20ms")
                .setting("serai.access.jwt.keys-interval", "1ms")
                .start()) {
            assertThat(status(gateway, token("a"))).isEqualTo(200);
            issuer.fails(true);
            int before = issuer.fetches();
            await().until(() -> {
                assertThat(status(gateway, token("b" + System.nanoTime()))).isEqualTo(200);
                return issuer.fetches() > before + 2;
            });
        }
        issuer.fails(false);
        try (TestGateway gateway = gateway()
                .setting("serai.access.jwt.keys-ttl", "20ms")
                .setting("serai.access.jwt.keys-interval", "1ms")
                .setting("serai.access.jwt.keys-stale", "40ms")
                .start()) {
            assertThat(status(gateway, token("a"))).isEqualTo(200);
            issuer.fails(true);
            await().until(() -> status(gateway, token("c" + System.nanoTime())) == 503);
        }
    }

    private static String token(String subject) {
        return Issuer.token(Issuer.claims().subject(subject).build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "{\"keys\":[]}",
                "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"rsa-1\",\"k\":\"AAAA\"}]}"
            })
    void aSetWithoutUsableKeysLetsNobodyIn(String keys) {
        issuer.answersWith(keys);
        try (TestGateway gateway = gateway().start()) {
            assertThat(status(gateway, Issuer.token())).isIn(401, 503);
        }
    }

    @Test
    void keysAreNotFetchedWithoutBoundOrFromElsewhere() {
        issuer.answersWith("{\"keys\":[" + Issuer.RSA.toPublicJWK().toJSONString() + "]" + " ".repeat(300_000) + "}");
        try (TestGateway gateway = gateway().start()) {
            assertThat(status(gateway, Issuer.token())).isEqualTo(503);
        }
        issuer.publishes(Issuer.RSA);
        issuer.redirects();
        try (TestGateway gateway = gateway().start()) {
            assertThat(status(gateway, Issuer.token())).isEqualTo(503);
        }
    }

    @Test
    void clientsAreToldWhereTokensComeFrom() {
        try (TestGateway gateway = gateway().start()) {
            String url = gateway.gateway().url();
            HttpResponse<String> answer = gateway.get("/.well-known/oauth-protected-resource");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(TestGateway.tree(answer.body()))
                    .isEqualTo(TestGateway.tree("{\"resource\":\"" + url + "\",\"authorization_servers\":[\""
                            + Issuer.NAME + "\"],\"bearer_methods_supported\":[\"header\"]}"));
            assertThat(TestGateway.tree(gateway.get("/.well-known/oauth-protected-resource/mcp")
                                    .body())
                            .path("resource")
                            .asText())
                    .isEqualTo(url + "/mcp");
            assertThat(gateway.get("/.well-known/oauth-protected-resource/a%22b")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(gateway.get("/capabilities/x").headers().firstValue("WWW-Authenticate"))
                    .contains("Bearer realm=\"serai\", resource_metadata=\"" + url
                            + "/.well-known/oauth-protected-resource\"");
            assertThat(gateway.get("/capabilities")
                            .headers()
                            .firstValue("WWW-Authenticate")
                            .orElseThrow())
                    .contains("/.well-known/oauth-protected-resource/capabilities\"");
        }
        try (TestGateway gateway = gateway()
                .setting("serai.access.public-url", "https://gateway.example/")
                .start()) {
            assertThat(gateway.get("/.well-known/oauth-protected-resource").body())
                    .contains("\"resource\":\"https://gateway.example\"");
        }
        try (TestGateway gateway = TestGateway.in(folder).start()) {
            assertThat(gateway.get("/.well-known/oauth-protected-resource").statusCode())
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://issuer.example/keys", "file:///etc/passwd", "https://user:pw@issuer.example/", "nonsense"
            })
    void keysThatOthersCouldReplaceOnTheWayAreNoKeys(String url) {
        assertThatThrownBy(() ->
                        gateway().setting("serai.access.jwt.jwks-url", url).start())
                .rootCause()
                .hasMessageContaining("serai.access.jwt.jwks-url: expected an https URL")
                .hasMessageNotContaining("pw@");
    }

    @Test
    void aTrustThatIsOnlyHalfSetUpIsRefused() {
        assertThatThrownBy(() -> TestGateway.in(folder)
                        .setting("serai.access.jwt.issuer", Issuer.NAME)
                        .start())
                .rootCause()
                .hasMessageContaining("serai.access.jwt.audience is not set");
        assertThatThrownBy(() -> gateway()
                        .setting("serai.access.jwt.keys-interval", "10m")
                        .start())
                .rootCause()
                .hasMessageContaining("keys-interval: expected less than serai.access.jwt.keys-ttl");
    }
}
