package dev.serai.access;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;

/** Signatures of RFC 8032 by the JDK's own provider. */
final class Ed25519 {
    private static final int LENGTH = 32;
    private static final int LOW_BITS = 0x7f;

    private Ed25519() {}

    /** @param key the 32 bytes of RFC 8032 section 5.1.2: y, little end first, and the sign of x in the highest bit */
    static boolean verifies(byte[] key, byte[] signed, byte[] signature) {
        if (key.length != LENGTH) {
            return false;
        }
        byte[] y = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            y[i] = key[LENGTH - 1 - i];
        }
        boolean odd = y[0] < 0;
        y[0] &= LOW_BITS;
        try {
            PublicKey known = KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(
                            NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(known);
            check.update(signed);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
