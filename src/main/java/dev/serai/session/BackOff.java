package dev.serai.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.invocation.CapabilityException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What fails again and again. After a failure nobody tries for a while, twice as long with each further failure up to a
 * bound; then one caller tries and decides for all.
 *
 * @param <K> what the failures are counted for
 */
final class BackOff<K> {
    private static final int MAX_REMEMBERED = 10_000;
    private static final int MAX_DOUBLINGS = 30;
    /** How long after the end of a back-off it still counts that there was one, in back-offs. */
    private static final int MEMORY = 4;

    private final long first;
    private final long longest;
    private final Ticker ticker;
    private final DoubleSupplier random;
    private final Cache<K, Failure> failures;

    private static final class Failure {
        final CapabilityException told;
        final int count;
        final long at;
        final long retryAt;
        final AtomicBoolean tried = new AtomicBoolean();

        Failure(CapabilityException told, int count, long at, long backOff) {
            this.told = told;
            this.count = count;
            this.at = at;
            this.retryAt = at + backOff;
        }
    }

    /**
     * @param first the longest back-off after one failure; 0 remembers nothing
     * @param longest the longest back-off of all
     * @param random from 0 inclusive to 1 exclusive; a back-off is shortened by up to half, so that gateways that
     *     failed together do not try together
     */
    BackOff(Duration first, Duration longest, Ticker ticker, DoubleSupplier random) {
        this.first = first.toNanos();
        this.longest = Math.max(this.first, longest.toNanos());
        this.ticker = ticker;
        this.random = random;
        this.failures = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(Duration.ofNanos(Math.max(1, this.longest)).multipliedBy(MEMORY))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** The failure of the last try; {@code null} where it was a success, or is long ago. */
    @Nullable
    CapabilityException last(K of) {
        Failure failure = failures.getIfPresent(of);
        return failure == null ? null : failure.told;
    }

    /** Whether the back-off is over and nobody tries yet. */
    boolean mayTry(K of) {
        Failure failure = failures.getIfPresent(of);
        return failure == null || (isOver(failure) && !failure.tried.get());
    }

    /** True for the one caller that is to try. */
    boolean claimTry(K of) {
        Failure failure = failures.getIfPresent(of);
        return failure == null || (isOver(failure) && failure.tried.compareAndSet(false, true));
    }

    private boolean isOver(Failure failure) {
        return ticker.read() - failure.retryAt >= 0;
    }

    /**
     * A try has failed. Of those that were under way together the first counts.
     *
     * @param began the ticker's time when it began
     */
    void failed(K of, CapabilityException told, long began) {
        if (first > 0) {
            long now = ticker.read();
            failures.asMap().compute(of, (same, before) -> {
                if (before != null && began - before.at <= 0) {
                    return before;
                }
                int count = before == null ? 1 : before.count + 1;
                return new Failure(told, count, now, backOff(count));
            });
        }
    }

    /** A try has succeeded. */
    void succeeded(K of) {
        failures.invalidate(of);
    }

    /** A try ended without telling anything: somebody else may try. */
    void undecided(K of) {
        Failure failure = failures.getIfPresent(of);
        if (failure != null) {
            failure.tried.set(false);
        }
    }

    private long backOff(int count) {
        int doublings = Math.min(count - 1, MAX_DOUBLINGS);
        long bounded = longest >> doublings < first ? longest : first << doublings;
        return bounded - (long) (bounded / 2.0 * random.getAsDouble());
    }
}
