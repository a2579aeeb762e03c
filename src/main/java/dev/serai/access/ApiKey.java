package dev.serai.access;

import dev.serai.invocation.Caller;
import java.util.concurrent.TimeUnit;

/** One key that is good; the key itself is not known, only its hash. */
final class ApiKey {
    private static final long LATELY_NANOS = TimeUnit.MINUTES.toNanos(15);

    private final Caller caller;
    private volatile boolean used;
    private volatile long usedNanos;

    ApiKey(Caller caller) {
        this.caller = caller;
    }

    Caller caller() {
        return caller;
    }

    void use() {
        usedNanos = System.nanoTime();
        used = true;
    }

    /** Whether it has been used in the last quarter of an hour, so that it is no guess now. */
    boolean usedLately() {
        return used && System.nanoTime() - usedNanos < LATELY_NANOS;
    }
}
