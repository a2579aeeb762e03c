package dev.serai.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed for a reason the caller is told. The message is the {@code detail} of the
 * answer: it never holds a credential, a session id or a whole argument.
 */
public class CapabilityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient @Nullable JsonNode result;

    public CapabilityException(ErrorCode code, String detail) {
        this(code, detail, null, null);
    }

    public CapabilityException(ErrorCode code, String detail, @Nullable Throwable cause) {
        this(code, detail, null, cause);
    }

    /** With the provider's whole result, kept for {@link ErrorCode#TOOL_ERROR}, or what came of one that broke off. */
    public CapabilityException(ErrorCode code, String detail, @Nullable JsonNode result, @Nullable Throwable cause) {
        super(detail, cause);
        this.code = code;
        this.result = result;
    }

    public ErrorCode code() {
        return code;
    }

    public @Nullable JsonNode result() {
        return result;
    }
}
