package dev.serai.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The stored sessions that this process has in its pool, and those that it gave up. It takes neither over: who looks
 * for one while there is one wants another.
 */
final class OwnSessions {
    private static final int MOST = 100_000;
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final Cache<String, Removal> over = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(REMEMBERED)
            .executor(Runnable::run)
            .build();

    void hold(String tag) {
        held.add(tag);
    }

    /** It left the pool. */
    void release(String tag) {
        held.remove(tag);
    }

    /** It is of no more use to anybody. */
    void giveUp(String tag) {
        over.asMap().putIfAbsent(tag, Removal.NOT_REMOVED);
    }

    boolean mayTakeOver(String tag) {
        return !held.contains(tag) && over.getIfPresent(tag) == null;
    }

    /** Whether this process has it in its pool. */
    boolean holds(String tag) {
        return held.contains(tag);
    }

    /** What came of taking it out; that it was out already is nothing new where this process took it out. */
    void removed(String tag, Removal outcome) {
        if (outcome != Removal.NOT_REMOVED) {
            over.asMap()
                    .merge(
                            tag,
                            outcome,
                            (known, latest) ->
                                    latest == Removal.ABSENT && known != Removal.NOT_REMOVED ? known : latest);
        }
    }

    Removal removal(String tag) {
        Removal outcome = over.getIfPresent(tag);
        return outcome == null ? Removal.NOT_REMOVED : outcome;
    }
}
