package dev.serai.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.serai.credential.ClientAuthMethod;
import dev.serai.credential.OAuthRef;
import dev.serai.credential.Secrets;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.UUID;

/** Proves to a token endpoint which client asks (RFC 6749 section 2.3, RFC 7523). Secrets are read for each request. */
final class ClientAuthentication {
    private static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final Duration ASSERTION_LIFE = Duration.ofMinutes(1);

    private final Secrets secrets;
    private final Clock clock;

    ClientAuthentication(Secrets secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /** The client's public name. */
    String clientId(OAuthRef client) {
        String id = client.clientId();
        return id != null ? id : needed(new OAuthRef.Place(client.clientIdEnv(), null));
    }

    /** Adds what proves it to the headers or the form of a token request. */
    void add(OAuthRef client, AuthorizationServer server, Map<String, String> headers, Map<String, String> form) {
        String id = clientId(client);
        switch (method(client, server)) {
            case CLIENT_SECRET_BASIC -> {
                String pair = encoded(id) + ":" + encoded(needed(client.secret()));
                headers.put(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
            }
            case CLIENT_SECRET_POST -> {
                form.put("client_id", id);
                form.put("client_secret", needed(client.secret()));
            }
            case PRIVATE_KEY_JWT -> {
                form.put("client_id", id);
                form.put("client_assertion_type", JWT_BEARER);
                form.put("client_assertion", assertion(client, server, id));
            }
        }
    }

    /** The declared one, else the first that the server takes; without a word of it, what RFC 8414 section 2 assumes. */
    private static ClientAuthMethod method(OAuthRef client, AuthorizationServer server) {
        if (client.method() != null) {
            return client.method();
        }
        for (ClientAuthMethod method :
                new ClientAuthMethod[] {ClientAuthMethod.CLIENT_SECRET_BASIC, ClientAuthMethod.CLIENT_SECRET_POST}) {
            if (server.methods().isEmpty() || server.methods().contains(method.wireName())) {
                return method;
            }
        }
        throw Failures.refused(
                server.tokenEndpoint(),
                "it takes no client secret; declare oauth_private_key_env or _file, or oauth_auth_method if it does");
    }

    private String assertion(OAuthRef client, AuthorizationServer server, String id) {
        try {
            PrivateKeys.Signing key = PrivateKeys.read(needed(client.key()), server.algorithms());
            Instant now = clock.instant();
            JWTClaimsSet claims = new JWTClaimsSet.Builder()
                    .issuer(id)
                    .subject(id)
                    .audience(server.audience())
                    .jwtID(UUID.randomUUID().toString())
                    .issueTime(Date.from(now))
                    .expirationTime(Date.from(now.plus(ASSERTION_LIFE)))
                    .build();
            JWSHeader header = new JWSHeader.Builder(key.algorithm())
                    .type(JOSEObjectType.JWT)
                    .keyID(client.keyId() == null ? key.id() : client.keyId())
                    .build();
            SignedJWT assertion = new SignedJWT(header, claims);
            assertion.sign(key.signer());
            return assertion.serialize();
        } catch (IllegalArgumentException e) {
            throw Failures.refused(label(client.key()) + " " + e.getMessage());
        } catch (JOSEException e) {
            throw Failures.refused(label(client.key()) + " holds a key that cannot sign");
        }
    }

    private String needed(OAuthRef.Place place) {
        String text = secrets.read(place.variable(), place.file());
        if (text == null) {
            throw Failures.refused("no token was asked for, because " + label(place) + " is not set");
        }
        return text;
    }

    private static String label(OAuthRef.Place place) {
        return Secrets.label(place.variable(), place.file());
    }

    /** RFC 6749 section 2.3.1 and appendix B. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
