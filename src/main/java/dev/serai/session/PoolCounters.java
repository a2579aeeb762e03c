package dev.serai.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The pool's counters: written by many threads without contention. */
final class PoolCounters {
    final LongAdder opens = new LongAdder();
    final LongAdder openFailures = new LongAdder();
    final LongAdder hits = new LongAdder();
    final LongAdder waits = new LongAdder();
    final LongAdder closeFailures = new LongAdder();
    private final Map<CloseReason, LongAdder> closes = new EnumMap<>(CloseReason.class);

    PoolCounters() {
        for (CloseReason reason : CloseReason.values()) {
            closes.put(reason, new LongAdder());
        }
    }

    void closed(CloseReason reason) {
        LongAdder adder = closes.get(reason);
        if (adder != null) {
            adder.increment();
        }
    }

    PoolStats snapshot(int live) {
        Map<CloseReason, Long> ended = new EnumMap<>(CloseReason.class);
        closes.forEach((reason, adder) -> ended.put(reason, adder.sum()));
        return new PoolStats(
                opens.sum(), openFailures.sum(), hits.sum(), waits.sum(), Map.copyOf(ended), closeFailures.sum(), live);
    }
}
