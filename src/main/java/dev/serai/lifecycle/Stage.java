package dev.serai.lifecycle;

import dev.serai.invocation.ErrorCode;
import java.util.Locale;

/** Where an invocation stands. The first four follow each other, some may be skipped; the others are ends. */
public enum Stage {
    /** It has arrived. */
    RECEIVED,
    /** It waits for a permit. */
    QUEUED,
    /** It holds its permits. */
    ADMITTED,
    /** The provider's route is at work. */
    CALLING,
    COMPLETED,
    FAILED,
    /** Its deadline passed. */
    TIMED_OUT,
    /** It was refused before any work, or given up because the gateway ends. */
    REJECTED,
    /** Its caller is gone. */
    CANCELLED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire; an end's is the {@code CapabilityStatus}. */
    public String wireName() {
        return wireName;
    }

    public boolean isEnd() {
        return compareTo(COMPLETED) >= 0;
    }

    /** The end that an error is. */
    public static Stage of(ErrorCode code) {
        return switch (code) {
            case TIMEOUT -> TIMED_OUT;
            case CANCELLED -> CANCELLED;
            case UNKNOWN_CAPABILITY,
                    INVALID_ARGUMENTS,
                    UNAUTHORIZED,
                    FORBIDDEN,
                    TOO_MANY_REQUESTS,
                    PAYLOAD_TOO_LARGE,
                    NO_PROVIDER,
                    DUPLICATE_REQUEST,
                    QUEUE_TIMEOUT,
                    CIRCUIT_OPEN,
                    SHUTTING_DOWN -> REJECTED;
            default -> FAILED;
        };
    }
}
