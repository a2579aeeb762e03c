package dev.serai.http;

import dev.serai.invocation.ErrorCode;

/** Told of every request to an upstream on the thread that made it: must be quick, must not block or throw. */
public interface UpstreamObserver {
    /** The upstream answered with this status, 100 to 599. Of 2xx it is told later whether it was an answer. */
    void answered(String serverUrl, int status);

    /** What it answered with 2xx was an answer to what was asked, be it that this failed. */
    void understood(String serverUrl);

    /** It did not answer, or not with what the protocol asks for. */
    void failed(String serverUrl, ErrorCode code);

    /** It had not answered when a shorter time was over than its declaration gives it. */
    void hurried(String serverUrl);
}
