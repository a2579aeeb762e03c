package dev.serai.http;

import dev.serai.invocation.ErrorCode;

/** An answer came, and there was no room for it beside those of other calls. It says nothing about its upstream. */
final class NoRoomException extends LargeAnswerException {
    private static final long serialVersionUID = 1L;

    NoRoomException(long most) {
        super(
                ErrorCode.UPSTREAM_ERROR,
                "the upstream answered, and large answers to all calls together would take more than " + most
                        + " bytes (serai.upstream.max-buffered); the call may have been worked on");
    }
}
