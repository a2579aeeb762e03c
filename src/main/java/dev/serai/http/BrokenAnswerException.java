package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;

/** The connection broke when an answer had begun: the server may have done its work, or not. */
public final class BrokenAnswerException extends CapabilityException {
    private static final long serialVersionUID = 1L;

    public BrokenAnswerException(String detail, Throwable cause) {
        super(ErrorCode.UPSTREAM_PROTOCOL_ERROR, detail, cause);
    }
}
