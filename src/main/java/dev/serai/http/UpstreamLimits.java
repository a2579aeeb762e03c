package dev.serai.http;

import java.time.Duration;

/**
 * Bounds of the HTTP step.
 *
 * @param maxBody largest answer read whole, in bytes; a larger one is a protocol error
 * @param connectionsPerServer open connections to one upstream
 * @param connectTimeout longest wait for a TCP or TLS handshake
 * @param idleTimeout how long an unused connection is kept
 */
public record UpstreamLimits(int maxBody, int connectionsPerServer, Duration connectTimeout, Duration idleTimeout) {}
