package dev.serai.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A credential as it was read once. Its value appears in no text form. */
public final class Credential {
    private static final int IDENTITY_BYTES = 8;
    private static final String AUTHORIZATION = "Authorization";
    private static final Pattern BEARER_PREFIX = Pattern.compile("^(?:bearer(?:\\s+|$))+", Pattern.CASE_INSENSITIVE);

    private final CredentialRef ref;
    private final long generation;
    private final long valueGeneration;
    private final String identity;
    private final @Nullable String wireValue;

    private Credential(
            CredentialRef ref, long generation, long valueGeneration, String identity, @Nullable String wireValue) {
        this.ref = ref;
        this.generation = generation;
        this.valueGeneration = valueGeneration;
        this.identity = identity;
        this.wireValue = wireValue;
    }

    /** For a reference that has no value now. */
    public static Credential absent(CredentialRef ref, long generation) {
        return new Credential(ref, generation, generation, "none", null);
    }

    /**
     * @param value the text that was read, without surrounding white space
     * @throws IllegalArgumentException saying what is wrong with the value, without quoting it
     */
    static Credential of(CredentialRef ref, long generation, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("holds a line break or another control character");
        }
        String wireValue =
                switch (ref.scheme()) {
                    case BEARER -> "Bearer " + bearerToken(value);
                    case BASIC -> "Basic " + basicPair(value);
                    case HEADER -> ascii(value);
                    case QUERY -> value;
                };
        return new Credential(ref, generation, generation, hash(ref, value), wireValue);
    }

    /**
     * A token of an authorization server. Who it is for does not change when it is refreshed.
     *
     * @param valueGeneration what sessions belong to: it stays until the server refuses a token
     * @param clientId whose it is
     * @throws IllegalArgumentException saying what is wrong with the token, without quoting it
     */
    public static Credential token(
            CredentialRef ref, long generation, long valueGeneration, String clientId, String token) {
        if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("is empty or holds characters that a token cannot have");
        }
        return new Credential(ref, generation, valueGeneration, hash(ref, clientId), "Bearer " + token);
    }

    /** Which read it came from. Every later read, of any credential, has a higher number; 0 if none is declared. */
    public long generation() {
        return generation;
    }

    /** The read that first gave this value: a read that gives the same value again is no new credential. */
    public long valueGeneration() {
        return valueGeneration;
    }

    /** This credential, with the earlier one's value generation where the value is the same. */
    Credential after(@Nullable Credential earlier) {
        return earlier == null || !earlier.identity.equals(identity)
                ? this
                : new Credential(ref, generation, earlier.valueGeneration, identity, wireValue);
    }

    /** 16 hexadecimal digits of a SHA-256 over the reference and the value; {@code none} without a value. */
    public String identity() {
        return identity;
    }

    /** Whether there is something to send. */
    public boolean present() {
        return wireValue != null;
    }

    /** The request header to set; {@code null} if the credential is absent or a query parameter. */
    public @Nullable String headerName() {
        if (wireValue == null) {
            return null;
        }
        return switch (ref.scheme()) {
            case BEARER, BASIC -> AUTHORIZATION;
            case HEADER -> ref.name();
            case QUERY -> null;
        };
    }

    /** The whole header value, a secret; {@code null} together with {@link #headerName()}. */
    public @Nullable String headerValue() {
        return headerName() == null ? null : wireValue;
    }

    /** The query parameter to add; {@code null} if the credential is absent or a header. */
    public @Nullable String queryParameter() {
        return wireValue != null && ref.scheme() == AuthScheme.QUERY ? ref.name() : null;
    }

    /** The parameter's value, a secret, not yet percent-encoded; {@code null} together with its name. */
    public @Nullable String queryValue() {
        return queryParameter() == null ? null : wireValue;
    }

    @Override
    public String toString() {
        return "credential " + identity + " generation " + generation;
    }

    private static String bearerToken(String value) {
        String token = ascii(BEARER_PREFIX.matcher(value).replaceFirst(""));
        if (token.isEmpty()) {
            throw new IllegalArgumentException("holds no token after 'Bearer'");
        }
        return token;
    }

    private static String basicPair(String value) {
        if (value.indexOf(':') < 0) {
            throw new IllegalArgumentException("is not of the form user:password, as the scheme basic expects");
        }
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    private static String ascii(String value) {
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException("holds characters outside ASCII, which a header cannot carry");
        }
        return value;
    }

    private static String hash(CredentialRef ref, String value) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest((ref + "\n" + value).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, IDENTITY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
