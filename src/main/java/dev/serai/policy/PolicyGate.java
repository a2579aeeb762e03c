package dev.serai.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.invocation.BusyException;
import dev.serai.invocation.ErrorCode;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Lets calls through, or not, by the policies of their declarations; what it has counted, a reload leaves. */
public final class PolicyGate {
    /** What is counted apart: beyond it, what was used least recently begins anew. */
    private static final int MOST = 100_000;

    private final Cache<Counted, AtomicRateLimiter> limiters =
            Caffeine.newBuilder().maximumSize(MOST).build();
    private final Cache<Counted, Breaker> breakers =
            Caffeine.newBuilder().maximumSize(MOST).build();
    private final SharedRates shared;
    private final LongAdder tooOften = new LongAdder();
    private final LongAdder open = new LongAdder();

    /** @param shared where rates are counted first */
    public PolicyGate(SharedRates shared) {
        this.shared = shared;
    }

    /** @param rule equal ones count together, of which a declaration that has changed has another */
    private record Counted(Record rule, String subject) {}

    /** Whether {@link #pass} may block for this. */
    public boolean mayBlock(Policies policies) {
        return policies.rateLimit != null && shared != SharedRates.NONE;
    }

    /**
     * Counts a call; first its rate, so that what is refused for it tries no server.
     *
     * @throws BusyException {@link ErrorCode#TOO_MANY_REQUESTS} or {@link ErrorCode#CIRCUIT_OPEN}, with the time after
     *     which it is worth another try
     */
    public Passage pass(Policies policies, Subject call) throws InterruptedException {
        if (policies.rateLimit != null) {
            count(policies.rateLimit, call);
        }
        BreakerRule rule = policies.breaker;
        if (rule == null) {
            return Passage.UNWATCHED;
        }
        Breaker breaker = breakers.get(new Counted(rule, rule.sharing().subject(call)), made -> new Breaker(rule));
        try {
            breaker.pass();
        } catch (BusyException e) {
            open.increment();
            throw e;
        }
        return breaker;
    }

    private void count(RateLimit limit, Subject call) throws InterruptedException {
        String subject = limit.sharing().subject(call);
        long wait = shared.take(limit.sharing() + "\n" + subject + "\n" + limit.rate(), limit.rate());
        if (wait == SharedRates.UNKNOWN) {
            countHere(limit, subject);
        } else if (wait > 0) {
            throw tooOften(limit, TimeUnit.MILLISECONDS.toNanos(wait));
        }
    }

    private void countHere(RateLimit limit, String subject) {
        AtomicRateLimiter limiter = limiters.get(new Counted(limit, subject), made -> limiter(limit));
        if (!limiter.acquirePermission()) {
            throw tooOften(limit, limiter.getDetailedMetrics().getNanosToWait());
        }
    }

    private BusyException tooOften(RateLimit limit, long nanosToWait) {
        tooOften.increment();
        return new BusyException(
                ErrorCode.TOO_MANY_REQUESTS,
                "more than " + limit.rate().calls() + " calls in "
                        + limit.rate().period().toMillis() + " ms (policy_rate_limit)",
                Breaker.seconds(nanosToWait));
    }

    private static AtomicRateLimiter limiter(RateLimit limit) {
        return new AtomicRateLimiter(
                "serai",
                RateLimiterConfig.custom()
                        .limitForPeriod(limit.rate().calls())
                        .limitRefreshPeriod(limit.rate().period())
                        .timeoutDuration(Duration.ZERO)
                        .build());
    }

    /** Calls refused because they came too often. */
    public long tooOften() {
        return tooOften.sum();
    }

    /** Calls refused because their circuit was open. */
    public long refusedOpen() {
        return open.sum();
    }

    /** How many circuits are open. */
    public long openCircuits() {
        return breakers.asMap().values().stream().filter(Breaker::isOpen).count();
    }
}
