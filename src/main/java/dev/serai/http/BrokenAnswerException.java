package dev.serai.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import org.jspecify.annotations.Nullable;

/** The connection broke when an answer had begun: the server may have done its work, or not. */
public final class BrokenAnswerException extends CapabilityException {
    private static final long serialVersionUID = 1L;

    public BrokenAnswerException(String detail, Throwable cause) {
        this(detail, null, cause);
    }

    /** @param begun what had come of it; {@code null} for nothing */
    public BrokenAnswerException(String detail, @Nullable JsonNode begun, @Nullable Throwable cause) {
        super(ErrorCode.UPSTREAM_PROTOCOL_ERROR, detail, begun, cause);
    }
}
