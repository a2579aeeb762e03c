package dev.serai.observe;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.serai.invocation.ErrorCode;
import dev.serai.lifecycle.EndedInvocation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The meters of one capability, looked up once: a call that ends finds each by a number. */
final class CapabilityMeters {
    static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private static final List<String> STATUSES = List.of("completed", "failed", "timed_out", "rejected", "cancelled");
    private static final String NONE = "none";

    private final MeterRegistry registry;
    private final String capability;
    private final Timer duration;
    private final Counter attempts;
    private final Counter replays;
    /** By status, then by error code. */
    private final Map<String, ConcurrentMap<Object, Counter>> outcomes;

    CapabilityMeters(MeterRegistry registry, String capability) {
        this.registry = registry;
        this.capability = capability;
        this.duration = Timer.builder("serai.invocation.duration")
                .description("Time from arrival to answer")
                .tag("capability", capability)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        this.outcomes = STATUSES.stream().collect(toUnmodifiableMap(s -> s, s -> new ConcurrentHashMap<>()));
        this.attempts = Counter.builder("serai.attempts")
                .description("Calls of a provider, repeated ones included")
                .tag("capability", capability)
                .register(registry);
        this.replays = Counter.builder("serai.replays")
                .description("Calls of a provider after the first of an invocation")
                .tag("capability", capability)
                .register(registry);
    }

    void record(EndedInvocation invocation) {
        duration.record(invocation.totalNanos(), TimeUnit.NANOSECONDS);
        int tried = invocation.attempts();
        if (tried > 0) {
            attempts.increment(tried);
            if (tried > 1) {
                replays.increment(tried - 1.0);
            }
        }
        outcome(invocation.status(), invocation.code()).increment();
    }

    boolean isOf(String id) {
        return capability.equals(id);
    }

    /** Takes them away: what is recorded from now on is lost. */
    void drop() {
        List.of(duration, attempts, replays).forEach(registry::remove);
        outcomes.values().forEach(counters -> counters.values().forEach(registry::remove));
    }

    private Counter outcome(String status, @Nullable ErrorCode code) {
        ConcurrentMap<Object, Counter> counters = outcomes.get(status);
        if (counters == null) {
            throw new IllegalArgumentException("status is one of " + STATUSES + ", was " + status);
        }
        Object key = code == null ? NONE : code;
        Counter known = counters.get(key);
        return known == null ? counters.computeIfAbsent(key, k -> make(status, code)) : known;
    }

    private Counter make(String status, @Nullable ErrorCode code) {
        return Counter.builder("serai.invocations")
                .description("Invocations that ended")
                .tag("capability", capability)
                .tag("status", status)
                .tag("code", code == null ? NONE : code.wireName())
                .register(registry);
    }
}
