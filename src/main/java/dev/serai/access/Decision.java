package dev.serai.access;

import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerToken;
import dev.serai.invocation.ErrorCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a request is let in. */
public sealed interface Decision {
    /**
     * It is.
     *
     * @param token with which the caller came; {@code null} for a key, which is for the gateway only
     */
    record Admitted(@Nullable Caller caller, @Nullable CallerToken token) implements Decision {
        /** Without a caller: nothing asked for one. */
        static final Admitted NOBODY = new Admitted(null, null);
    }

    /**
     * It is not.
     *
     * @param code the code of the answer
     * @param status its HTTP status, where it is another one than the code's
     * @param detail for the caller; never holds what was sent
     * @param headers of the answer
     */
    record Refused(ErrorCode code, int status, String detail, Map<String, String> headers) implements Decision {
        static Refused of(ErrorCode code, String detail, Map<String, String> headers) {
            return new Refused(code, code.httpStatus(), detail, headers);
        }
    }
}
