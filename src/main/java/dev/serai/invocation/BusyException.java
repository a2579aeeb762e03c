package dev.serai.invocation;

/** A call that was refused because there are too many; says when to try again. */
public final class BusyException extends CapabilityException {
    private static final long serialVersionUID = 1L;

    private final int retryAfterSeconds;

    /** @param retryAfterSeconds an estimate, 1 or more */
    public BusyException(ErrorCode code, String detail, int retryAfterSeconds) {
        super(code, detail);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
