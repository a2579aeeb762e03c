package dev.serai.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Answers that are kept for as long as their declarations say; those used least make room for new ones. */
public final class AnswerCache {
    /** What an answer takes beside its text: its key, above all. */
    private static final int OVERHEAD_BYTES = 512;

    private final long maxBytes;
    private final Cache<AnswerKey, Entry> kept;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** All answers together take at most this many bytes, 1 or more; a larger one is not kept. */
    public AnswerCache(long maxBytes) {
        this.maxBytes = maxBytes;
        this.kept = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((AnswerKey key, Entry entry) -> weight(entry.answer))
                .expireAfter(Expiry.writing((AnswerKey key, Entry entry) -> entry.life))
                .build();
    }

    private record Entry(KeptAnswer answer, Duration life) {}

    /** {@code null} where none is kept. */
    public @Nullable KeptAnswer find(AnswerKey key) {
        Entry entry = kept.getIfPresent(key);
        (entry == null ? misses : hits).increment();
        return entry == null ? null : entry.answer;
    }

    /** Keeps one for a while; {@code life} is above 0. */
    public void keep(AnswerKey key, KeptAnswer answer, Duration life) {
        // The cache itself would keep it until it next makes room.
        if (weight(answer) <= maxBytes) {
            kept.put(key, new Entry(answer, life));
        }
    }

    private static int weight(KeptAnswer answer) {
        return answer.bytes() + OVERHEAD_BYTES;
    }

    /** Calls that were answered from here. */
    public long hits() {
        return hits.sum();
    }

    /** Calls that might have been. */
    public long misses() {
        return misses.sum();
    }

    /** How many answers are kept, those included that are about to go. */
    public long size() {
        return kept.estimatedSize();
    }
}
