package dev.serai.access;

import dev.serai.invocation.Caller;

/**
 * What a good token says.
 *
 * @param expiresMillis the end of its time, with the clock skew, in milliseconds of {@link System#currentTimeMillis()}
 */
record VerifiedToken(Caller caller, long expiresMillis) {}
