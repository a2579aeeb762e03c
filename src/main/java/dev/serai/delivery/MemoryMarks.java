package dev.serai.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/** Marks of this process. Beyond what they may take, the least used are forgotten. */
public final class MemoryMarks implements DeliveryMarks {
    private static final long MOST_BYTES = 64L << 20;
    private static final int OVERHEAD = 128;

    private final Cache<String, Mark> marks;

    /** @param keep how long a mark is kept after it was set or changed */
    public MemoryMarks(Duration keep) {
        this.marks = Caffeine.newBuilder()
                .expireAfterWrite(keep)
                .maximumWeight(MOST_BYTES)
                .weigher(MemoryMarks::weight)
                .build();
    }

    private static int weight(String delivery, Mark mark) {
        byte[] outcome = mark.outcome();
        return OVERHEAD + 2 * delivery.length() + (outcome == null ? 0 : outcome.length);
    }

    @Override
    public Mark begin(String delivery) {
        Mark known = marks.asMap().putIfAbsent(delivery, Mark.BEGUN);
        return known == null ? Mark.UNCERTAIN : known;
    }

    @Override
    public void finish(String delivery, byte[] outcome) {
        marks.put(delivery, Mark.finished(outcome));
    }

    @Override
    public void forget(String delivery) {
        marks.invalidate(delivery);
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public void close() {
        marks.invalidateAll();
    }
}
