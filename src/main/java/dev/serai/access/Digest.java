package dev.serai.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** SHA-256 of a credential; the credential itself is kept nowhere. Has no text form. */
final class Digest {
    private static final String FORM = "sha256:";
    private static final int LENGTH = 32;

    private final byte[] bytes;

    private Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    static Digest of(String credential) {
        try {
            return new Digest(MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads {@code sha256:} and 64 hex digits.
     *
     * @throws IllegalArgumentException for anything else
     */
    static Digest parse(String text) {
        if (!text.startsWith(FORM) || text.length() != FORM.length() + 2 * LENGTH) {
            throw new IllegalArgumentException("expected sha256: and 64 hexadecimal digits");
        }
        return new Digest(HexFormat.of().parseHex(text.substring(FORM.length()).toLowerCase(Locale.ROOT)));
    }

    /** As {@link #parse} reads it. */
    String inFile() {
        return FORM + HexFormat.of().formatHex(bytes);
    }

    /** In a time that does not depend on where the two differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Digest digest && MessageDigest.isEqual(bytes, digest.bytes);
    }

    /** Of all bytes: wherever a guess differs in one, a look-up of it goes the same way. */
    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Digest";
    }
}
