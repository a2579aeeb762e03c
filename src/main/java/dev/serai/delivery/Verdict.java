package dev.serai.delivery;

import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** What the answer to a call means for its message. */
enum Verdict {
    /** It has an outcome. */
    SETTLED,
    /** It can never be called as it is. */
    POISON,
    /** It has not run, and may run when it is tried again. */
    TRANSIENT,
    /** It may have run. */
    UNKNOWN,
    /** The gateway ends: another, or this one when it is back, does the work. */
    NOT_NOW;

    static Verdict of(Exchange exchange, boolean runsOnce) {
        ErrorCode code = code(exchange);
        if (code == null) {
            return SETTLED;
        }
        boolean worked = exchange.getProperty(InvocationHeaders.MAY_HAVE_WORKED, false, Boolean.class);
        return switch (code) {
            case TOOL_ERROR -> SETTLED;
            case UNKNOWN_CAPABILITY, INVALID_ARGUMENTS, UNAUTHORIZED, FORBIDDEN, PAYLOAD_TOO_LARGE, NO_PROVIDER ->
                POISON;
            case SHUTTING_DOWN, CANCELLED -> worked && runsOnce ? UNKNOWN : NOT_NOW;
            case OUTCOME_UNKNOWN -> UNKNOWN;
            default -> worked && runsOnce ? UNKNOWN : TRANSIENT;
        };
    }

    private static @Nullable ErrorCode code(Exchange exchange) {
        String word = exchange.getMessage().getHeader(InvocationHeaders.ERROR_CODE, String.class);
        return word == null ? null : ErrorCode.valueOf(word.toUpperCase(Locale.ROOT));
    }
}
