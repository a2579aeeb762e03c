package dev.serai.session;

import java.time.Duration;

/**
 * How sessions of one key are kept.
 *
 * @param idle a session unused this long is closed; more than 0, at most 365 days
 * @param maxAge a session this old is closed however busy; more than 0, at most 365 days
 * @param poolSize sessions per key, 1 to 1,000
 * @param concurrency calls at a time per session; 0 means unlimited
 * @param singleUse whether the session serves one call, is never shared and closes on release
 */
public record SessionSettings(Duration idle, Duration maxAge, int poolSize, int concurrency, boolean singleUse) {
    private static final int LARGEST_POOL = 1_000;
    private static final Duration LONGEST = Duration.ofDays(365);

    public SessionSettings {
        requireAge("session_idle", idle);
        requireAge("session_max_age", maxAge);
        if (poolSize < 1 || poolSize > LARGEST_POOL) {
            throw new IllegalArgumentException("session_pool_size must be 1 to " + LARGEST_POOL + ", was " + poolSize);
        }
        if (concurrency < 0) {
            throw new IllegalArgumentException("session_concurrency must not be negative, was " + concurrency);
        }
    }

    /** The same, but every call has a session of its own. */
    public SessionSettings forOneCall() {
        return new SessionSettings(idle, maxAge, poolSize, concurrency, true);
    }

    private static void requireAge(String name, Duration age) {
        if (age.isNegative() || age.isZero() || age.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be more than 0 and at most 365 days, was " + age);
        }
    }
}
