package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;

/** An answer came that is larger than there is room for: the server has done its work. */
public class LargeAnswerException extends CapabilityException {
    private static final long serialVersionUID = 1L;

    LargeAnswerException(ErrorCode code, String detail) {
        super(code, detail);
    }
}
