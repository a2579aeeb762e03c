package dev.serai.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/** Sessions that this process gave up and will not take over again, though they may still be stored. */
final class GivenUp {
    private static final int MOST = 100_000;
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final Cache<String, Boolean> tags = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(REMEMBERED)
            .executor(Runnable::run)
            .build();

    void add(String tag) {
        tags.put(tag, true);
    }

    boolean contains(String tag) {
        return tags.getIfPresent(tag) != null;
    }
}
