package dev.serai.oauth;

import dev.serai.http.ServerName;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;

/** What is said of a token that could not be had. Nothing of what an answer holds, and no URL beyond its host. */
final class Failures {
    private Failures() {}

    /** It may work later. */
    static CapabilityException unavailable(String url, String why, Throwable cause) {
        return new CapabilityException(
                ErrorCode.UPSTREAM_UNAVAILABLE, "no token from " + ServerName.of(url) + ": " + why, cause);
    }

    static CapabilityException unavailable(String url, int status) {
        return new CapabilityException(
                ErrorCode.UPSTREAM_UNAVAILABLE, "no token from " + ServerName.of(url) + ": it answered " + status);
    }

    /** It will not work until somebody changes something. */
    static CapabilityException refused(String detail) {
        return new CapabilityException(ErrorCode.UPSTREAM_UNAUTHORIZED, detail);
    }

    static CapabilityException refused(String url, String why) {
        return refused("no token from " + ServerName.of(url) + ": " + why);
    }

    static boolean isTransient(CapabilityException failure) {
        return failure.code() == ErrorCode.UPSTREAM_UNAVAILABLE;
    }
}
