package dev.serai.session;

import java.time.Duration;

/**
 * The bounds of a pool. Durations are positive; counts are at least 1 unless said otherwise.
 *
 * @param maxSessions sessions kept, and sessions being opened, at a time
 * @param openTimeout how long one opening may take
 * @param closeTimeout how long one closing may take
 * @param drainTimeout how long a session that left the pool waits for its calls before it is closed
 * @param failureBackoff how long a failed opening is answered without a new try; may be 0. It doubles with each
 *     failure in a row
 * @param failureBackoffMax what the doubling ends at; at least failureBackoff counts
 * @param maxWaiters callers that may wait for one key when its sessions are busy; may be 0
 * @param maxConcurrentCloses closings at a time
 * @param maxConcurrentOpens openings at a time with one server
 * @param ageing a caller who waits this much longer goes before those of the next higher priority
 */
public record PoolLimits(
        int maxSessions,
        Duration openTimeout,
        Duration closeTimeout,
        Duration drainTimeout,
        Duration failureBackoff,
        Duration failureBackoffMax,
        int maxWaiters,
        int maxConcurrentCloses,
        int maxConcurrentOpens,
        Duration ageing) {

    public PoolLimits {
        requireAtLeast(1, "maxSessions", maxSessions);
        requireAtLeast(0, "maxWaiters", maxWaiters);
        requireAtLeast(1, "maxConcurrentCloses", maxConcurrentCloses);
        requireAtLeast(1, "maxConcurrentOpens", maxConcurrentOpens);
        requirePositive("openTimeout", openTimeout);
        requirePositive("closeTimeout", closeTimeout);
        requirePositive("drainTimeout", drainTimeout);
        requirePositive("ageing", ageing);
        requireNotNegative("failureBackoff", failureBackoff);
        requireNotNegative("failureBackoffMax", failureBackoffMax);
    }

    private static void requireAtLeast(int least, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }

    private static void requireNotNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, was " + value);
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be more than 0, was " + value);
        }
    }
}
