package dev.serai.flow;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** One of the addresses of a server: what is in progress there, and whether it is left alone for a while. */
final class Replica {
    private static final long FIRST_REST = Duration.ofSeconds(1).toNanos();
    private static final int MOST_DOUBLINGS = 5;
    /** In a row: one answer that is late says little. */
    private static final int MOST_LATE = 3;

    private final String url;
    private final AtomicInteger calls = new AtomicInteger();
    private int failures;
    private int late;
    private long restsUntil;

    Replica(String url) {
        this.url = url;
    }

    String url() {
        return url;
    }

    int calls() {
        return calls.get();
    }

    void begin() {
        calls.incrementAndGet();
    }

    void end() {
        calls.decrementAndGet();
    }

    /** It was not there: it rests for a second, and twice as long with each failure after a rest, up to 32 s. */
    synchronized void failed(long now) {
        if (!rests(now)) {
            restsUntil = now + (FIRST_REST << Math.min(failures, MOST_DOUBLINGS));
            failures++;
        }
    }

    synchronized void late(long now) {
        late++;
        if (late >= MOST_LATE) {
            late = 0;
            failed(now);
        }
    }

    synchronized void works() {
        failures = 0;
        late = 0;
        restsUntil = 0;
    }

    synchronized boolean rests(long now) {
        return failures > 0 && restsUntil - now > 0;
    }
}
