package dev.serai.http;

import java.time.Duration;

/**
 * Bounds of the HTTP step.
 *
 * @param maxBody largest answer read whole, in bytes; a larger one is a protocol error
 * @param maxBuffered bytes of answers in memory at once, beyond the usual size of each; an answer beyond is an error
 * @param connectionsPerServer open connections to one upstream
 * @param connectTimeout longest wait for a TCP, TLS or HTTP/2 handshake
 * @param idleTimeout how long an unused connection is kept at most
 */
public record UpstreamLimits(
        int maxBody, long maxBuffered, int connectionsPerServer, Duration connectTimeout, Duration idleTimeout) {}
