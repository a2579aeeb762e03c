package dev.serai.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Checks access tokens (RFC 7519, RFC 8725): signature first, then what they claim. */
final class JwtVerifier {
    /** Public-key signatures only: {@code none} signs nothing, and a public key must never serve as a shared secret. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512,
            JWSAlgorithm.EdDSA,
            JWSAlgorithm.Ed25519);

    /** RFC 9068 section 2.1, and tokens that do not say. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private static final int SMALLEST_RSA = 2048;

    private final IssuerKeys keys;
    private final JwtClaims claims;

    JwtVerifier(JwtOptions options, Clock clock) {
        this.keys = new IssuerKeys(options.jwksUrl(), options.keysTtl(), options.keysInterval(), options.keysStale());
        this.claims = new JwtClaims(options, clock);
    }

    /** Who holds the token, and until when. May fetch keys. */
    VerifiedToken verify(String token) throws RejectedToken {
        SignedJWT jwt = parse(token);
        JWSHeader header = jwt.getHeader();
        if (!ALGORITHMS.contains(header.getAlgorithm())) {
            throw RejectedToken.because("it is not signed with an algorithm that is taken here");
        }
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            throw RejectedToken.because("it asks for extensions that are not known here");
        }
        if (header.getType() != null
                && !TYPES.contains(header.getType().getType().toLowerCase(Locale.ROOT))) {
            throw RejectedToken.because("it is no access token");
        }
        if (header.getKeyID() == null || header.getKeyID().isEmpty()) {
            throw RejectedToken.because("it does not say which key signed it");
        }
        if (keys.find(header).stream().noneMatch(key -> isSignedBy(key, jwt))) {
            throw RejectedToken.because("no key of the issuer signed it");
        }
        return claims.check(claimsOf(jwt));
    }

    private static SignedJWT parse(String token) throws RejectedToken {
        try {
            return SignedJWT.parse(token);
        } catch (ParseException | IllegalArgumentException e) {
            throw RejectedToken.because("it is neither a key nor a signed token");
        }
    }

    private static JWTClaimsSet claimsOf(SignedJWT jwt) throws RejectedToken {
        try {
            return jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw RejectedToken.because("its claims cannot be read");
        }
    }

    private static boolean isSignedBy(JWK key, SignedJWT jwt) {
        try {
            if (key instanceof RSAKey rsa) {
                return rsa.size() >= SMALLEST_RSA && jwt.verify(new RSASSAVerifier(rsa.toRSAPublicKey()));
            }
            if (key instanceof ECKey elliptic) {
                return jwt.verify(new ECDSAVerifier(elliptic.toECPublicKey()));
            }
            return key instanceof OctetKeyPair pair
                    && List.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519)
                            .contains(jwt.getHeader().getAlgorithm())
                    && Curve.Ed25519.equals(pair.getCurve())
                    && Ed25519.verifies(
                            pair.getDecodedX(),
                            jwt.getSigningInput(),
                            jwt.getSignature().decode());
        } catch (JOSEException | IllegalArgumentException e) {
            return false;
        }
    }
}
