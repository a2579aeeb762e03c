package dev.serai.flow;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.lifecycle.Stage;
import org.jspecify.annotations.Nullable;

/** What is told of an invocation that was stopped from outside. */
final class Stops {
    private Stops() {}

    /** {@code null} where it was not. */
    static @Nullable CapabilityException in(Stage stage) {
        return switch (stage) {
            case TIMED_OUT ->
                new CapabilityException(ErrorCode.TIMEOUT, "the upstream did not answer before the deadline");
            case REJECTED ->
                new CapabilityException(ErrorCode.SHUTTING_DOWN, "the gateway shut down before the call ended");
            case CANCELLED -> new CapabilityException(ErrorCode.CANCELLED, "the caller has gone");
            default -> null;
        };
    }

    static void check(Stage stage) {
        CapabilityException stopped = in(stage);
        if (stopped != null) {
            throw stopped;
        }
    }
}
