package dev.serai.session;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which session is where. Nothing is opened or closed under the cache's locks: it holds futures, and
 * what it drops by itself is only marked as retired.
 */
final class Slots {
    private final Ticker ticker;
    private final Consumer<SessionKey> whenChanged;
    private final AsyncCache<Slot, PooledSession> cache;
    private final Policy<Slot, PooledSession> policy;
    private final Upkeep upkeep;

    /**
     * @param executor finds what has expired or is too much: with many sessions that takes longer than a caller should
     *     wait
     * @param whenChanged told the key of every session that expired or was evicted, and of every opening that ended
     */
    Slots(int maxSessions, Ticker ticker, Executor executor, Scheduler scheduler, Consumer<SessionKey> whenChanged) {
        this.ticker = ticker;
        this.whenChanged = whenChanged;
        this.cache = Caffeine.newBuilder()
                .maximumSize(maxSessions)
                .expireAfter(new SessionExpiry())
                .ticker(ticker)
                .scheduler(scheduler)
                .executor(executor)
                .evictionListener((@Nullable Slot slot, @Nullable PooledSession session, RemovalCause cause) -> {
                    if (slot != null && session != null) {
                        session.retire(cause == RemovalCause.SIZE ? CloseReason.EVICTED : session.expiryReason());
                        whenChanged.accept(slot.key());
                    }
                })
                .buildAsync();
        this.policy = cache.synchronous().policy();
        this.upkeep = new Upkeep(executor, this::tidy);
    }

    /** The opening or session in this place; looking counts as use. */
    @Nullable
    Opening find(Slot slot, long now) {
        PooledSession open = policy.getIfPresentQuietly(slot);
        if (open != null && !open.isUseWorthNoting(now)) {
            return open.origin();
        }
        if (open != null) {
            open.origin().handler().used(open.session());
        }
        return (Opening) cache.getIfPresent(slot);
    }

    /** Starts the idle time of what is in this place anew. */
    void touch(Slot slot) {
        var unused = find(slot, ticker.read());
    }

    /** True when the place was free and is now the opening's. */
    boolean claim(Opening opening) {
        // Not putIfAbsent: whose look saw the place expired, and who finds a session in it all the same, would note the
        // use with the own opening, as one that has not ended, and that session would never expire.
        boolean claimed = cache.asMap().computeIfAbsent(opening.slot(), free -> opening) == opening;
        if (claimed) {
            opening.whenSettled(() -> {
                upkeep.due();
                whenChanged.accept(opening.key());
            });
        }
        return claimed;
    }

    boolean isFree(Slot slot) {
        return !cache.asMap().containsKey(slot);
    }

    /** Gives the place to a session that is open; true if it was still the former's. */
    boolean replace(Opening former, Opening next) {
        boolean replaced = cache.asMap().replace(former.slot(), former, next);
        if (replaced) {
            upkeep.due();
        }
        return replaced;
    }

    /** Frees the place if it is still this opening's. */
    void remove(Opening opening) {
        cache.asMap().remove(opening.slot(), opening);
    }

    /**
     * The place for the next call: an idle session, else a session being opened when there is no other,
     * else a free place if the key may grow, else the session with the fewest calls.
     */
    Slot choose(SessionKey key, int size, boolean mayGrow) {
        if (size == 1) {
            return new Slot(key, 0);
        }
        Slot leastLoaded = null;
        Slot opening = null;
        Slot free = null;
        int least = Integer.MAX_VALUE;
        for (int index = 0; index < size && least > 0; index++) {
            Slot slot = new Slot(key, index);
            PooledSession session = policy.getIfPresentQuietly(slot);
            if (session != null && !session.isRetired()) {
                int load = session.load();
                leastLoaded = load < least ? slot : leastLoaded;
                least = Math.min(load, least);
            } else if (cache.asMap().containsKey(slot)) {
                opening = opening == null ? slot : opening;
            } else {
                free = free == null ? slot : free;
            }
        }
        if (leastLoaded != null && (least == 0 || free == null || !mayGrow)) {
            return leastLoaded;
        }
        if (leastLoaded == null && opening != null) {
            return opening;
        }
        return free != null ? free : new Slot(key, 0);
    }

    /** Whether the key has a session that is open. */
    boolean hasOpen(SessionKey key, int size) {
        for (int index = 0; index < size; index++) {
            if (policy.getIfPresentQuietly(new Slot(key, index)) != null) {
                return true;
            }
        }
        return false;
    }

    /** Frees every place whose key matches and retires the sessions, those being opened included. */
    int discardIf(Predicate<SessionKey> matches, CloseReason reason, Consumer<SessionKey> freed) {
        int discarded = 0;
        for (var entry : cache.asMap().entrySet()) {
            if (matches.test(entry.getKey().key()) && cache.asMap().remove(entry.getKey(), entry.getValue())) {
                discarded++;
                freed.accept(entry.getKey().key());
                var unused = entry.getValue().thenAccept(session -> {
                    if (session != null) {
                        session.retire(reason);
                    }
                });
            }
        }
        return discarded;
    }

    void clear() {
        cache.synchronous().invalidateAll();
    }

    /** Does what time has made due. */
    void tidy() {
        cache.synchronous().cleanUp();
    }
}
