package dev.serai.sample;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** One session of the sample server. Everything but {@link #ended} is used on the server's event loop only. */
final class SampleSession {
    private static final int REMEMBERED_IDS = 1_000;

    private final String id;
    private final String version;
    private final AtomicLong counter = new AtomicLong();
    private final Set<String> seenIds = new LinkedHashSet<>();
    private boolean initialized;
    private volatile boolean ended;

    SampleSession(String id, String version) {
        this.id = id;
        this.version = version;
    }

    String id() {
        return id;
    }

    String version() {
        return version;
    }

    boolean isInitialized() {
        return initialized;
    }

    void initialized() {
        initialized = true;
    }

    boolean isEnded() {
        return ended;
    }

    void end() {
        ended = true;
    }

    long count() {
        return counter.incrementAndGet();
    }

    /** Whether this JSON-RPC id is new among the last 1,000. */
    boolean isNew(String requestId) {
        boolean added = seenIds.add(requestId);
        if (seenIds.size() > REMEMBERED_IDS) {
            Iterator<String> oldest = seenIds.iterator();
            oldest.next();
            oldest.remove();
        }
        return added;
    }
}
