package dev.serai.invocation;

/**
 * The token with which a caller came, after the gateway has found it good: what a declaration may have passed through.
 * A secret: no text form shows it, and nothing keeps it longer than the call and the sessions opened with it.
 */
public final class CallerToken {
    /** The exchange property that holds it between the entry that checked it and the call. */
    public static final String PROPERTY = "SeraiCallerToken";

    private final String value;

    /** @param value of the bearer token (RFC 6750), without its scheme */
    public CallerToken(String value) {
        this.value = value;
    }

    public String value() {
        return value;
    }

    @Override
    public String toString() {
        return "CallerToken";
    }
}
