package dev.serai.session;

/** Why a session left the pool. */
public enum CloseReason {
    /** Unused for its idle time. */
    IDLE,
    /** Older than its maximum age. */
    MAX_AGE,
    /** The pool was full. */
    EVICTED,
    /** The server no longer knows it. */
    LOST,
    /** The server refused its credential. */
    REFUSED,
    /** A newer one takes its place, for example after the credential was read again. */
    REPLACED,
    /** It was opened for one call, which is over. */
    CALL_ENDED,
    /** It came after its opening had been given up. */
    LATE,
    /** The pool closes. */
    SHUTDOWN,
    /** An operator asked for it. */
    REQUESTED
}
