package dev.serai.oauth;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long nobody asks after one failure, two, three: doubled up to a bound, and shortened by up to half, so that gateways
 * do not ask together.
 *
 * @param random from 0 inclusive to 1 exclusive
 */
record Waits(Duration first, Duration longest, DoubleSupplier random) {
    private static final int MOST_DOUBLINGS = 20;

    /** In nanoseconds, after so many failures in a row. */
    long after(int failures) {
        long bounded = Math.min(longest.toNanos(), first.toNanos() << Math.min(MOST_DOUBLINGS, failures - 1));
        return bounded - (long) (bounded / 2.0 * random.getAsDouble());
    }
}
