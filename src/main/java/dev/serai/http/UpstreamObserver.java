package dev.serai.http;

import dev.serai.invocation.ErrorCode;

/** Told of every request to an upstream on the thread that made it: must be quick, must not block or throw. */
public interface UpstreamObserver {
    /** The upstream answered with this status, 100 to 599. */
    void answered(String serverUrl, int status);

    /** It did not answer. */
    void failed(String serverUrl, ErrorCode code);
}
