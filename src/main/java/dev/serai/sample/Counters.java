package dev.serai.sample;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What reached the sample server since it was made. */
public final class Counters {
    private static final int MOST_NAMES = 10_000;

    private volatile int mostNames = MOST_NAMES;
    final LongAdder initialize = new LongAdder();
    final LongAdder initialized = new LongAdder();
    final LongAdder calls = new LongAdder();
    final LongAdder deletes = new LongAdder();
    final LongAdder duplicateIds = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder cancelled = new LongAdder();
    final LongAdder abandoned = new LongAdder();
    final LongAdder connections = new LongAdder();
    private final Map<String, LongAdder> executions = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> sideEffects = new ConcurrentHashMap<>();

    Counters() {}

    /** {@code initialize} requests, refused ones too. */
    public long initialize() {
        return initialize.sum();
    }

    /** {@code notifications/initialized}. */
    public long initialized() {
        return initialized.sum();
    }

    /** {@code tools/call} requests received, refused ones too. */
    public long calls() {
        return calls.sum();
    }

    /** Times the work of this tool was done. */
    public long executions(String tool) {
        LongAdder count = executions.get(tool);
        return count == null ? 0 : count.sum();
    }

    /** Times {@code side_effect} was done with this key. */
    public long sideEffects(String key) {
        LongAdder count = sideEffects.get(key);
        return count == null ? 0 : count.sum();
    }

    /** DELETE requests. */
    public long deletes() {
        return deletes.sum();
    }

    /** Requests whose id was used before in their session, among its last 1,000. */
    public long duplicateIds() {
        return duplicateIds.sum();
    }

    /** Requests refused for their credential. */
    public long refused() {
        return refused.sum();
    }

    /** Connections open now. */
    public long connections() {
        return connections.sum();
    }

    /** Calls that a client said it no longer waits for. */
    public long cancelled() {
        return cancelled.sum();
    }

    /** Calls whose client went away before the answer. */
    public long abandoned() {
        return abandoned.sum();
    }

    /** Counts so many tools, and so many keys, instead of 10,000 each; those beyond are not counted. */
    public void countAtMost(int names) {
        mostNames = names;
    }

    void executed(String tool) {
        add(executions, tool);
    }

    long sideEffect(String key) {
        return add(sideEffects, key);
    }

    private long add(Map<String, LongAdder> counts, String name) {
        LongAdder count = counts.get(name);
        if (count == null) {
            if (counts.size() >= mostNames) {
                return 0;
            }
            count = counts.computeIfAbsent(name, unused -> new LongAdder());
        }
        count.increment();
        return count.sum();
    }
}
