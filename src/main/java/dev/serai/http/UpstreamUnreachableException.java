package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;

/** The upstream could not be reached, or the connection broke before the whole answer was read. */
public final class UpstreamUnreachableException extends CapabilityException {
    private static final long serialVersionUID = 1L;

    private final boolean beforeWork;

    UpstreamUnreachableException(String detail, boolean beforeWork, Throwable cause) {
        super(ErrorCode.UPSTREAM_UNAVAILABLE, detail, cause);
        this.beforeWork = beforeWork;
    }

    /** Whether no byte of the request can have reached the upstream, so that a replay is safe. */
    public boolean beforeWork() {
        return beforeWork;
    }
}
