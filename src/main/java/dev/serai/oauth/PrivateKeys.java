package dev.serai.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the private key of a client: PKCS #8 in PEM, or a JWK. What it says on failure holds no part of it. */
final class PrivateKeys {
    private static final int SMALLEST_RSA = 2048;
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PrivateKeys() {}

    /**
     * What signs with a key.
     *
     * @param id the {@code kid} that the key itself has; {@code null} where it has none
     */
    record Signing(
            JWSSigner signer,
            JWSAlgorithm algorithm,
            @Nullable String id) {}

    /**
     * The key in this text.
     *
     * @param algorithms those that the authorization server takes; empty where it does not say
     * @throws IllegalArgumentException saying what is wrong
     */
    static Signing read(String text, Set<String> algorithms) {
        try {
            if (text.startsWith("{")) {
                JWK key = JWK.parse(text);
                if (key instanceof RSAKey rsa && rsa.isPrivate()) {
                    return signing(rsa.toPrivateKey(), algorithms, rsa.getKeyID());
                }
                if (key instanceof ECKey elliptic && elliptic.isPrivate()) {
                    return signing(elliptic.toPrivateKey(), algorithms, elliptic.getKeyID());
                }
                throw unusable();
            }
            return signing(pem(text), algorithms, null);
        } catch (ParseException | JOSEException | GeneralSecurityException e) {
            throw unusable();
        }
    }

    private static IllegalArgumentException unusable() {
        return new IllegalArgumentException(
                "holds no usable private key; expected PKCS #8 in PEM (BEGIN PRIVATE KEY) or a JWK, RSA from 2048 bits"
                        + " or EC with P-256, P-384 or P-521");
    }

    private static PrivateKey pem(String text) throws GeneralSecurityException {
        Matcher pem = PEM.matcher(text);
        if (!pem.find()) {
            throw unusable();
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (GeneralSecurityException e) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
    }

    private static Signing signing(PrivateKey key, Set<String> algorithms, @Nullable String id) throws JOSEException {
        if (key instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() >= SMALLEST_RSA) {
            boolean pss = !algorithms.contains("RS256") && algorithms.contains("PS256");
            return new Signing(new RSASSASigner(key), pss ? JWSAlgorithm.PS256 : JWSAlgorithm.RS256, id);
        }
        if (key instanceof ECPrivateKey elliptic) {
            ECDSASigner signer = new ECDSASigner(elliptic);
            return new Signing(
                    signer, signer.supportedJWSAlgorithms().iterator().next(), id);
        }
        throw unusable();
    }
}
