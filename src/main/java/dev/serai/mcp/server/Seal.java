package dev.serai.mcp.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Function;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Texts that clients carry for the gateway without being able to read or change them: AES-256-GCM with a key of this
 * process, or of all that have the same secret. What was sealed for one purpose and principal opens for no other, and every failure looks the same.
 */
final class Seal {
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int LONGEST = 4_096;
    private static final String ALGORITHM = "AES/GCM/NoPadding";

    private static final String DERIVED = "HmacSHA256";
    private static final int LEAST_SECRET = 32;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    /** With a key of this process. */
    Seal() {
        try {
            KeyGenerator generator = KeyGenerator.getInstance("AES");
            generator.init(256);
            this.key = generator.generateKey();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES", e);
        }
    }

    private Seal(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(DERIVED);
            mac.init(new SecretKeySpec(secret, DERIVED));
            this.key = new SecretKeySpec(mac.doFinal("serai mcp seal".getBytes(StandardCharsets.US_ASCII)), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + DERIVED, e);
        }
    }

    /**
     * With a key of all gateways that are given the same secret.
     *
     * @param variable the environment variable that holds it; {@code null} for a key of this process
     * @throws IllegalArgumentException where it holds none, or a short one
     */
    static Seal of(@Nullable String variable, Function<String, @Nullable String> environment) {
        if (variable == null) {
            return new Seal();
        }
        String secret = environment.apply(variable);
        byte[] bytes = secret == null ? new byte[0] : secret.strip().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < LEAST_SECRET) {
            throw new IllegalArgumentException("serai.mcp.key-env: the environment variable " + variable
                    + (secret == null ? " is not set" : " holds a secret that is too short")
                    + "; expected one of at least "
                    + LEAST_SECRET + " bytes, such as the output of: openssl rand -base64 32");
        }
        return new Seal(bytes);
    }

    /** @param purpose what it is for, and whose it is */
    String seal(String text, String purpose) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, iv, purpose).doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] whole = ByteBuffer.allocate(iv.length + sealed.length)
                    .put(iv)
                    .put(sealed)
                    .array();
            return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a text that cannot be sealed", e);
        }
    }

    /** What was sealed; {@code null} where this is not it. */
    @Nullable
    String open(String sealed, String purpose) {
        if (sealed.length() > LONGEST) {
            return null;
        }
        try {
            byte[] whole = Base64.getUrlDecoder().decode(sealed);
            if (whole.length <= IV_BYTES) {
                return null;
            }
            byte[] iv = java.util.Arrays.copyOf(whole, IV_BYTES);
            byte[] text = cipher(Cipher.DECRYPT_MODE, iv, purpose).doFinal(whole, IV_BYTES, whole.length - IV_BYTES);
            return new String(text, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return null;
        }
    }

    private Cipher cipher(int mode, byte[] iv, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(ALGORITHM);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** A name that nobody guesses: 192 bits. */
    String randomName() {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
