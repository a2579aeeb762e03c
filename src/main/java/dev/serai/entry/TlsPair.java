package dev.serai.entry;

import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/** Whether a certificate and a private key belong together: what the key signs, the certificate has to verify. */
final class TlsPair {
    private static final int NONCE_BYTES = 32;
    /** The key types that the listener can read, and what signs with them. */
    private static final Map<String, String> SIGNATURES = Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

    private TlsPair() {}

    /** @throws IOException where the listener cannot use the two, without a word of what is in them */
    static void check(PemKeyCertOptions pem) throws IOException {
        if (!belongTogether(pem)) {
            throw new IOException("the certificate and the key do not belong together");
        }
    }

    private static boolean belongTogether(PemKeyCertOptions pem) throws IOException {
        KeyManager[] managers;
        try {
            managers = pem.getKeyManagerFactory(null).getKeyManagers();
        } catch (Exception e) {
            // Its message can quote what is in the files.
            throw new IOException("cannot be used (" + e.getClass().getSimpleName() + ")");
        }
        for (KeyManager manager : managers) {
            if (manager instanceof X509KeyManager keys) {
                for (Map.Entry<String, String> type : SIGNATURES.entrySet()) {
                    String[] aliases = keys.getServerAliases(type.getKey(), null);
                    if (aliases != null) {
                        return verifies(
                                keys.getPrivateKey(aliases[0]),
                                keys.getCertificateChain(aliases[0])[0].getPublicKey(),
                                type.getValue());
                    }
                }
            }
        }
        return false;
    }

    private static boolean verifies(PrivateKey key, PublicKey certified, String algorithm) {
        byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(nonce);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certified);
            verifying.update(nonce);
            return verifying.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
