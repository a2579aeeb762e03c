package dev.serai.oauth;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A real authorization server for the client {@code gateway}: it checks the client, numbers its tokens, publishes its
 * metadata, and those of a resource, and misbehaves as it is told.
 */
public final class AuthorizationServerFake implements AutoCloseable {
    public static final String CLIENT = "gateway";
    public static final String SECRET = "s3cret/+ %of:gateway";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
    private final List<String> paths = new CopyOnWriteArrayList<>();
    private final Map<String, String> documents = new HashMap<>();
    private volatile String issuerPath = "";
    private volatile long life = 3_600;
    private volatile @Nullable Answer instead;
    private volatile UnaryOperator<String> metadata = json -> json;
    private volatile @Nullable JWK clientKey;
    private volatile String clientSecret = SECRET;
    private volatile String signedWith = "";
    private volatile boolean revoked;

    /** An answer in place of a token. */
    public record Answer(int status, String body) {}

    public AuthorizationServerFake() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public String issuer() {
        return origin() + issuerPath;
    }

    public String tokenUrl() {
        return origin() + "/token";
    }

    /** The issuer gets a path; its metadata are where RFC 8414 puts them. */
    public AuthorizationServerFake at(String path) {
        issuerPath = path;
        return this;
    }

    /** Another document at this path, as JSON. */
    public void publish(String path, String json) {
        documents.put(path, json);
    }

    public void tokensLive(long seconds) {
        life = seconds;
    }

    /** Answers token requests with this; {@code null} with tokens. */
    public void answerInstead(@Nullable Answer answer) {
        instead = answer;
    }

    public void metadata(UnaryOperator<String> change) {
        metadata = change;
    }

    /** The client proves itself with this key from now on, and with no secret. */
    public void clientKey(JWK key) {
        clientKey = key;
    }

    /** The client proves itself with this secret from now on. */
    public void clientSecret(String secret) {
        clientSecret = secret;
    }

    /** The algorithm of the last assertion that was good; empty before it. */
    public String signedWith() {
        return signedWith;
    }

    public void revokeClient() {
        revoked = true;
    }

    /** The forms of the token requests. */
    public List<Map<String, String>> tokenRequests() {
        return requests;
    }

    public List<String> paths() {
        return paths;
    }

    public static String token(int number) {
        return "Tok3n-" + number + "-x9f2";
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        paths.add(path);
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        try (exchange) {
            String document = documents.get(path);
            if (path.equals("/token")) {
                token(exchange, form);
            } else if (document != null) {
                answer(exchange, 200, document);
            } else if (path.equals("/.well-known/oauth-authorization-server" + issuerPath)) {
                answer(
                        exchange,
                        200,
                        metadata.apply("{\"issuer\":\"" + issuer() + "\",\"token_endpoint\":\"" + tokenUrl() + "\"}"));
            } else {
                answer(exchange, 404, "{}");
            }
        }
    }

    private void token(HttpExchange exchange, String form) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String field : List.of(form.split("&", -1))) {
            int equals = field.indexOf('=');
            fields.put(
                    field.substring(0, equals), URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8));
        }
        Answer other = instead;
        int number;
        synchronized (this) {
            requests.add(fields);
            number = requests.size();
        }
        if (other != null) {
            exchange.getResponseHeaders().set("Location", origin() + "/elsewhere");
            answer(exchange, other.status(), other.body());
        } else if (revoked || !isClient(exchange, fields)) {
            answer(exchange, 401, "{\"error\":\"invalid_client\",\"error_description\":\"" + SECRET + "\"}");
        } else if (!"client_credentials".equals(fields.get("grant_type"))) {
            answer(exchange, 400, "{\"error\":\"unsupported_grant_type\"}");
        } else {
            answer(
                    exchange,
                    200,
                    "{\"access_token\":\"" + token(number) + "\",\"token_type\":\"Bearer\",\"expires_in\":" + life
                            + "}");
        }
    }

    private boolean isClient(HttpExchange exchange, Map<String, String> form) {
        JWK key = clientKey;
        if (key != null) {
            return isSigned(form.getOrDefault("client_assertion", ""), key);
        }
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null) {
            return CLIENT.equals(form.get("client_id")) && clientSecret.equals(form.get("client_secret"));
        }
        String[] pair = new String(
                        Base64.getDecoder().decode(authorization.substring("Basic ".length())), StandardCharsets.UTF_8)
                .split(":", 2);
        return CLIENT.equals(URLDecoder.decode(pair[0], StandardCharsets.UTF_8))
                && clientSecret.equals(URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }

    private boolean isSigned(String assertion, JWK key) {
        try {
            SignedJWT jwt = SignedJWT.parse(assertion);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            JWSVerifier verifier =
                    key instanceof RSAKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier(key.toECKey());
            boolean good = jwt.verify(verifier)
                    && key.getKeyID().equals(jwt.getHeader().getKeyID())
                    && CLIENT.equals(claims.getIssuer())
                    && CLIENT.equals(claims.getSubject())
                    && claims.getAudience().equals(List.of(issuer()))
                    && claims.getJWTID() != null
                    && claims.getExpirationTime().toInstant().isAfter(Instant.now());
            if (good) {
                signedWith = jwt.getHeader().getAlgorithm().getName();
            }
            return good;
        } catch (Exception e) {
            return false;
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** This field of each token request, empty where it had none. */
    public List<String> asked(String field) {
        List<String> values = new ArrayList<>();
        requests.forEach(form -> values.add(form.getOrDefault(field, "")));
        return values;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
