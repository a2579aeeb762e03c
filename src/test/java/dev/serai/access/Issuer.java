package dev.serai.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** An authorization server: keys, a JWK set over HTTP, and tokens. */
public final class Issuer implements AutoCloseable {
    static final String NAME = "https://issuer.example";
    static final String AUDIENCE = "https://gateway.example";
    /** Made once: an RSA key takes a second. */
    static final RSAKey RSA = rsa("rsa-1");

    private final HttpServer server;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile String keys = set(RSA);
    private volatile int status = 200;
    private volatile CountDownLatch answering = new CountDownLatch(0);
    private volatile String redirect = "";

    public Issuer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/jwks", exchange -> {
            fetches.incrementAndGet();
            await(answering);
            byte[] body = keys.getBytes(StandardCharsets.UTF_8);
            if (!redirect.isEmpty()) {
                exchange.getResponseHeaders().set("Location", redirect);
            }
            exchange.sendResponseHeaders(redirect.isEmpty() ? status : 302, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/moved", exchange -> {
            byte[] body = keys.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Shorter than is safe. */
    static RSAKey weak(String id) {
        try {
            return new RSAKeyGenerator(1024, true).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey elliptic(Curve curve, String id) {
        try {
            return new ECKeyGenerator(curve).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String set(JWK... published) {
        return new JWKSet(java.util.List.of(published)).toPublicJWKSet().toString();
    }

    String jwksUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks";
    }

    public TestGateway.Builder trustedBy(TestGateway.Builder gateway) {
        return gateway.setting("serai.access.jwt.issuer", NAME)
                .setting("serai.access.jwt.audience", AUDIENCE)
                .setting("serai.access.jwt.jwks-url", jwksUrl());
    }

    void publishes(JWK... published) {
        keys = set(published);
    }

    void answersWith(String body) {
        keys = body;
    }

    void fails(boolean down) {
        status = down ? 500 : 200;
    }

    void redirects() {
        redirect = jwksUrl().replace("/jwks", "/moved");
    }

    /** Until the latch is counted down. */
    CountDownLatch hangs() {
        answering = new CountDownLatch(1);
        return answering;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int fetches() {
        return fetches.get();
    }

    /** Claims that are good. */
    static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(NAME)
                .audience(AUDIENCE)
                .subject("ann")
                .expirationTime(in(300));
    }

    static Date in(long seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    public static String token() {
        return token(claims().build());
    }

    static String token(JWTClaimsSet claims) {
        return token(
                claims,
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(RSA.getKeyID()).build(),
                RSA);
    }

    static String token(JWTClaimsSet claims, JWSHeader header, JWK key) {
        try {
            JWSSigner signer = key instanceof RSAKey rsa
                    ? new RSASSASigner(rsa, Set.of(AllowWeakRSAKey.getInstance()))
                    : new ECDSASigner(key.toECKey());
            SignedJWT jwt = new SignedJWT(header, claims);
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
