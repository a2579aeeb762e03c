package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.serai.gateway.TestGateway;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of token that must let nobody in, over HTTP and against a JWK set that is fetched. */
@Timeout(120)
class BadTokenTest {
    private static final JWSHeader HEADER = new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID(Issuer.RSA.getKeyID())
            .build();

    @TempDir
    static Path folder;

    private static final RSAKey WEAK = Issuer.weak("weak");
    private static final RSAKey ONE_ALGORITHM = new RSAKey.Builder(Issuer.RSA)
            .keyID("one")
            .algorithm(JWSAlgorithm.RS256)
            .build();
    private static final Issuer ISSUER = new Issuer();
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        ISSUER.publishes(Issuer.RSA, WEAK, ONE_ALGORITHM);
        gateway = ISSUER.trustedBy(TestGateway.in(folder))
                .setting("serai.access.failure-burst", "1000")
                .start();
        assertThat(ask(Issuer.token()).statusCode()).as("a good token").isEqualTo(200);
        assertThat(ask(Issuer.token(Issuer.claims().build(), header(ONE_ALGORITHM), ONE_ALGORITHM))
                        .statusCode())
                .as("a token with the algorithm of its key")
                .isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        ISSUER.close();
    }

    private static HttpResponse<String> ask(String token) {
        return Keys.get(gateway, "/capabilities", "Authorization", "Bearer " + token);
    }

    /**
     * One bad token.
     *
     * @param kind what is bad about it
     * @param why part of the answer
     */
    record Bad(String kind, String token, String why) {
        @Override
        public String toString() {
            return kind;
        }
    }

    static Stream<Bad> tokens() throws JOSEException {
        JWTClaimsSet good = Issuer.claims().build();
        String signed = Issuer.token(good);
        String[] parts = signed.split("\\.");
        RSAKey foreign = Issuer.rsa("foreign");
        RSAKey impostor = Issuer.rsa(Issuer.RSA.getKeyID());
        return Stream.of(
                new Bad("alg none", new PlainJWT(good).serialize(), "neither a key nor a signed token"),
                new Bad("alg none that claims a signature", header("{\"alg\":\"none\",\"kid\":\"rsa-1\"}", parts), ""),
                new Bad(
                        "alg none in other letters",
                        header("{\"alg\":\"NoNe\",\"kid\":\"rsa-1\"}", parts),
                        "algorithm"),
                new Bad("HS256 with the text of the public key as secret", macWithPublicKey(good), "algorithm"),
                new Bad("a key of somebody else", Issuer.token(good, header(foreign), foreign), "no key of the issuer"),
                new Bad("a key of somebody else under a good id", Issuer.token(good, HEADER, impostor), "no key"),
                new Bad("its own key in the header", embedded(foreign, good), "no key of the issuer"),
                new Bad("without kid", withoutKid(good), "which key"),
                new Bad("a key that is too short", Issuer.token(good, header(WEAK), WEAK), "no key of the issuer"),
                new Bad(
                        "another algorithm of the same key type",
                        Issuer.token(good, header(JWSAlgorithm.PS256, "one"), ONE_ALGORITHM),
                        "no key of the issuer"),
                new Bad(
                        "another key type under a good id",
                        Issuer.token(good, header(JWSAlgorithm.ES256, "rsa-1"), Issuer.elliptic(Curve.P_256, "rsa-1")),
                        "no key of the issuer"),
                new Bad("claims that were changed", changed(parts), "no key of the issuer"),
                new Bad("without its signature", parts[0] + "." + parts[1] + ".", ""),
                new Bad("without its claims", parts[0] + ".." + parts[2], ""),
                new Bad("an extension that nobody knows", critical(good), ""),
                new Bad("a token for something else", typed(good, "dpop+jwt"), "no access token"),
                new Bad("expired", claims(Issuer.claims().expirationTime(Issuer.in(-61))), "has expired"),
                new Bad("without an end", claims(Issuer.claims().expirationTime(null)), "never expires"),
                new Bad("not yet valid", claims(Issuer.claims().notBeforeTime(Issuer.in(600))), "not valid yet"),
                new Bad("another audience", claims(Issuer.claims().audience("https://other.example")), "audience"),
                new Bad("without audience", claims(Issuer.claims().audience(List.of())), "audience"),
                new Bad("another issuer", claims(Issuer.claims().issuer("https://issuer.example/")), "issuer"),
                new Bad("without issuer", claims(Issuer.claims().issuer(null)), "issuer"),
                new Bad("without subject", claims(Issuer.claims().subject(null)), "subject"),
                new Bad("a subject with a line break", claims(Issuer.claims().subject("a\nb")), "subject"),
                new Bad("too long", claims(Issuer.claims().claim("x", "x".repeat(9_000))), "too long"),
                new Bad("garbage", "garbage", "neither a key nor a signed token"),
                new Bad("garbage of three parts", "a.b.c", "neither a key nor a signed token"),
                new Bad("deep JSON", header("[".repeat(3_000), parts), ""),
                new Bad("encrypted", "e30.e30.e30.e30.e30", ""));
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void letsNobodyIn(Bad bad) {
        HttpResponse<String> answer = ask(bad.token());

        assertThat(answer.statusCode()).isIn(401, 400);
        assertThat(Keys.code(answer)).isEqualTo("unauthorized");
        assertThat(answer.body()).contains(bad.why());
        String challenge = answer.headers().firstValue("WWW-Authenticate").orElseThrow();
        assertThat(challenge)
                .contains(answer.statusCode() == 401 ? "error=\"invalid_token\"" : "error=\"invalid_request\"");
        assertThat(ask(Issuer.token()).statusCode()).as("a good token after it").isEqualTo(200);
    }

    private static String claims(JWTClaimsSet.Builder claims) {
        return Issuer.token(claims.build());
    }

    private static JWSHeader header(RSAKey key) {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build();
    }

    private static JWSHeader header(JWSAlgorithm algorithm, String id) {
        return new JWSHeader.Builder(algorithm).keyID(id).build();
    }

    private static String header(String json, String[] parts) {
        return Base64URL.encode(json) + "." + parts[1] + "." + parts[2];
    }

    private static String macWithPublicKey(JWTClaimsSet claims) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(), claims);
        jwt.sign(new MACSigner(Issuer.RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        return jwt.serialize();
    }

    private static String embedded(RSAKey key, JWTClaimsSet claims) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa-1")
                .jwk(key.toPublicJWK())
                .build();
        return Issuer.token(claims, header, key);
    }

    private static String withoutKid(JWTClaimsSet claims) {
        return Issuer.token(claims, new JWSHeader(JWSAlgorithm.RS256), Issuer.RSA);
    }

    private static String changed(String[] parts) {
        String claims = new Base64URL(parts[1]).decodeToString().replace("ann", "eve");
        return parts[0] + "." + Base64URL.encode(claims) + "." + parts[2];
    }

    private static String critical(JWTClaimsSet claims) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa-1")
                .criticalParams(Set.of("unheard"))
                .customParams(Map.of("unheard", 1))
                .build();
        return Issuer.token(claims, header, Issuer.RSA);
    }

    private static String typed(JWTClaimsSet claims, String type) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa-1")
                .type(new JOSEObjectType(type))
                .build();
        return Issuer.token(claims, header, Issuer.RSA);
    }
}
