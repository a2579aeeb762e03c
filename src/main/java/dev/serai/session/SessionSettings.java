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
 * @param refreshAhead a session that is used this long before its age ends is replaced in the background; at most
 *     half of its age counts; 0 means never
 * @param keepAlive an unused session is asked for at its server whenever so much time has passed; 0 means never
 */
public record SessionSettings(
        Duration idle,
        Duration maxAge,
        int poolSize,
        int concurrency,
        boolean singleUse,
        Duration refreshAhead,
        Duration keepAlive) {
    private static final int LARGEST_POOL = 1_000;
    private static final Duration LONGEST = Duration.ofDays(365);

    public SessionSettings {
        requireAge("session_idle", idle);
        requireAge("session_max_age", maxAge);
        if (poolSize < 1 || poolSize > LARGEST_POOL) {
            throw new IllegalArgumentException("session_pool_size must be 1 to " + LARGEST_POOL + ", was " + poolSize);
        }
        requireNotNegative("session_refresh_ahead", refreshAhead);
        requireNotNegative("session_keep_alive", keepAlive);
        if (concurrency < 0) {
            throw new IllegalArgumentException("session_concurrency must not be negative, was " + concurrency);
        }
    }

    /** Without refresh ahead and keep-alive. */
    public SessionSettings(Duration idle, Duration maxAge, int poolSize, int concurrency, boolean singleUse) {
        this(idle, maxAge, poolSize, concurrency, singleUse, Duration.ZERO, Duration.ZERO);
    }

    /** The same, but every call has a session of its own. */
    public SessionSettings forOneCall() {
        return new SessionSettings(idle, maxAge, poolSize, concurrency, true, Duration.ZERO, Duration.ZERO);
    }

    private static void requireNotNegative(String name, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be 0 to 365 days, was " + value);
        }
    }

    private static void requireAge(String name, Duration age) {
        if (age.isNegative() || age.isZero() || age.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be more than 0 and at most 365 days, was " + age);
        }
    }
}
