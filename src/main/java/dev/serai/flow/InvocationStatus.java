package dev.serai.flow;

import dev.serai.invocation.ErrorCode;
import java.util.Locale;

/** How a call ended, {@code CapabilityStatus}. */
enum InvocationStatus {
    COMPLETED,
    FAILED,
    TIMED_OUT,
    REJECTED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    String wireName() {
        return wireName;
    }

    static InvocationStatus of(ErrorCode code) {
        return switch (code) {
            case TIMEOUT -> TIMED_OUT;
            case UNKNOWN_CAPABILITY,
                    INVALID_ARGUMENTS,
                    UNAUTHORIZED,
                    FORBIDDEN,
                    TOO_MANY_REQUESTS,
                    PAYLOAD_TOO_LARGE,
                    NO_PROVIDER,
                    DUPLICATE_REQUEST,
                    QUEUE_TIMEOUT,
                    SHUTTING_DOWN -> REJECTED;
            default -> FAILED;
        };
    }
}
