package dev.serai.oauth;

import java.util.concurrent.TimeUnit;

/** Counts the tokens that the server refuses one after the other: new ones help only so often. */
final class Refusals {
    /** Nanoseconds; what is refused so long after another has nothing to do with it. */
    private static final long SOON = TimeUnit.MINUTES.toNanos(2);

    private final Waits waits;
    private int count;
    private long last;

    Refusals(Waits waits) {
        this.waits = waits;
    }

    /** Whether another token may be asked for now; counts it then. */
    boolean allows(long now) {
        boolean again = count > 0 && now - last < SOON;
        if (again && now - last < waits.after(count)) {
            return false;
        }
        count = again ? count + 1 : 1;
        last = now;
        return true;
    }
}
