package dev.serai.store;

import dev.serai.session.SessionKey;
import dev.serai.session.Slot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key: names places, fingerprints session ids, and seals records with AES-256-GCM (NIST SP 800-38D). Each of
 * these has a key of its own, derived from the operator's.
 */
final class StoreKey {
    /** Bytes of a key. */
    static final int BYTES = 32;

    private static final String HMAC = "HmacSHA256";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final byte FORMAT = 1;
    private static final int ID_BYTES = 4;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int NAME_BYTES = 16;
    private static final int HEAD = 1 + ID_BYTES + NONCE_BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] id;
    private final SecretKeySpec sealing;
    private final SecretKeySpec naming;

    StoreKey(byte[] master) {
        SecretKeySpec root = new SecretKeySpec(master, HMAC);
        this.id = Arrays.copyOf(hmac(root, "serai key id"), ID_BYTES);
        this.sealing = new SecretKeySpec(hmac(root, "serai sealing"), "AES");
        this.naming = new SecretKeySpec(hmac(root, "serai naming"), HMAC);
    }

    /** 8 hexadecimal digits that tell keys apart. */
    String id() {
        return HexFormat.of().formatHex(id);
    }

    /** The id of the key that sealed this; empty if it is nothing sealed. */
    static String idOf(byte[] sealed) {
        return sealed.length < HEAD ? "" : HexFormat.of().formatHex(sealed, 1, 1 + ID_BYTES);
    }

    /**
     * Where the session of this slot lies: 32 hexadecimal digits, the same in every process with this key. The
     * credential's identity stands for its generation, which is a count of one process.
     */
    String place(Slot slot) {
        SessionKey key = slot.key();
        return name(
                "place",
                key.provider(),
                key.serverUrl(),
                key.credential(),
                key.scope(),
                Integer.toString(slot.index()));
    }

    /** Tells sessions of one place apart: 32 hexadecimal digits. */
    String tag(String place, String sessionId) {
        return name("session", place, sessionId);
    }

    /** Where what is known of this delivery lies: 32 hexadecimal digits. */
    String deliveryPlace(String delivery) {
        return name("delivery", delivery);
    }

    /** Where these calls are counted: 32 hexadecimal digits. */
    String ratePlace(String counted) {
        return name("rate", counted);
    }

    /** @param bound what the text belongs to; it opens with the same only */
    byte[] seal(byte[] text, String bound) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, bound).doFinal(text);
            return ByteBuffer.allocate(HEAD + sealed.length)
                    .put(FORMAT)
                    .put(id)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks " + CIPHER, e);
        }
    }

    /** @throws GeneralSecurityException if it was sealed with another key, for something else, or was changed */
    byte[] open(byte[] sealed, String bound) throws GeneralSecurityException {
        if (sealed.length < HEAD || sealed[0] != FORMAT || !Arrays.equals(id, 0, ID_BYTES, sealed, 1, 1 + ID_BYTES)) {
            throw new GeneralSecurityException("not sealed with this key");
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1 + ID_BYTES, HEAD);
        return cipher(Cipher.DECRYPT_MODE, nonce, bound).doFinal(sealed, HEAD, sealed.length - HEAD);
    }

    private Cipher cipher(int mode, byte[] nonce, String bound) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, sealing, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(bound.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private String name(String... parts) {
        StringBuilder text = new StringBuilder();
        for (String part : parts) {
            text.append(part.length()).append(':').append(part);
        }
        return HexFormat.of().formatHex(hmac(naming, text.toString()), 0, NAME_BYTES);
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks " + HMAC, e);
        }
    }

    @Override
    public String toString() {
        return "key " + id();
    }
}
