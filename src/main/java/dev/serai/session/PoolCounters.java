package dev.serai.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The pool's counters: written by many threads without contention. */
final class PoolCounters {
    final LongAdder openFailures = new LongAdder();
    final LongAdder hits = new LongAdder();
    final LongAdder waits = new LongAdder();
    final LongAdder closeFailures = new LongAdder();
    private final Map<OpenReason, LongAdder> opens = new EnumMap<>(OpenReason.class);
    private final Map<CloseReason, LongAdder> closes = new EnumMap<>(CloseReason.class);

    PoolCounters() {
        for (OpenReason reason : OpenReason.values()) {
            opens.put(reason, new LongAdder());
        }
        for (CloseReason reason : CloseReason.values()) {
            closes.put(reason, new LongAdder());
        }
    }

    void opened(OpenReason reason) {
        LongAdder adder = opens.get(reason);
        if (adder != null) {
            adder.increment();
        }
    }

    void closed(CloseReason reason) {
        LongAdder adder = closes.get(reason);
        if (adder != null) {
            adder.increment();
        }
    }

    PoolStats snapshot(int live, int opening) {
        Map<OpenReason, Long> begun = new EnumMap<>(OpenReason.class);
        opens.forEach((reason, adder) -> begun.put(reason, adder.sum()));
        Map<CloseReason, Long> ended = new EnumMap<>(CloseReason.class);
        closes.forEach((reason, adder) -> ended.put(reason, adder.sum()));
        return new PoolStats(
                Map.copyOf(begun),
                openFailures.sum(),
                hits.sum(),
                waits.sum(),
                Map.copyOf(ended),
                closeFailures.sum(),
                live,
                opening);
    }
}
