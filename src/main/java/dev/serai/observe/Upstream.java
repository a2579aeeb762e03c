package dev.serai.observe;

import dev.serai.invocation.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One server as its answers show it, and its meters. */
final class Upstream {
    /** After this without a request nobody knows what has become of a server. */
    static final Duration KNOWN_FOR = Duration.ofMinutes(10);

    /** So many deadlines in a row make a server a failing one: one may have come late in a call. */
    private static final int TIMEOUTS_IN_A_ROW = 3;

    /** What says something about the server; the others are the caller's or the gateway's doing. */
    private static final Set<ErrorCode> TELLING = Set.of(
            ErrorCode.UPSTREAM_UNAVAILABLE,
            ErrorCode.UPSTREAM_PROTOCOL_ERROR,
            ErrorCode.UPSTREAM_ERROR,
            ErrorCode.TIMEOUT);

    private static final int CLASSES = 6;
    private static final int HUNDRED = 100;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int SERVER_ERROR = 500;
    private static final int OK = 200;
    private static final int BEYOND_OK = 300;

    private final MeterRegistry registry;
    private final String server;
    private final Counter[] responses = new Counter[CLASSES];
    private final ConcurrentMap<ErrorCode, Counter> failures = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Trouble> trouble = new AtomicReference<>();
    private volatile long lastAnswerNanos;
    private volatile boolean answered;
    private volatile boolean dropped;

    /**
     * Failures without a success in between.
     *
     * @param sinceNanos when the first happened
     * @param lastNanos when the last happened
     * @param certain whether one of them was more than a deadline
     * @param timeouts how many deadlines there were in a row
     * @param last what the last one was
     */
    record Trouble(long sinceNanos, long lastNanos, boolean certain, int timeouts, ErrorCode last) {
        static Trouble first(ErrorCode code, long now) {
            return new Trouble(now, now, false, 0, code).then(code, now);
        }

        Trouble then(ErrorCode code, long now) {
            boolean timeout = code == ErrorCode.TIMEOUT;
            return new Trouble(sinceNanos, now, certain || !timeout, timeout ? timeouts + 1 : 0, code);
        }

        boolean isRecent(long now) {
            return now - lastNanos < KNOWN_FOR.toNanos();
        }
    }

    Upstream(MeterRegistry registry, String server) {
        this.registry = registry;
        this.server = server;
        for (int i = 1; i < CLASSES; i++) {
            responses[i] = Counter.builder("serai.upstream.responses")
                    .description("Answers of upstreams")
                    .tag("server", server)
                    .tag("status", i + "xx")
                    .register(registry);
        }
    }

    void answered(int status, long now) {
        responses[Math.min(Math.max(status / HUNDRED, 1), CLASSES - 1)].increment();
        if (status >= SERVER_ERROR) {
            trouble(ErrorCode.UPSTREAM_ERROR, now);
        } else if (status == UNAUTHORIZED || status == FORBIDDEN) {
            trouble(ErrorCode.UPSTREAM_UNAUTHORIZED, now);
        } else if (status < OK || status >= BEYOND_OK) {
            understood(now);
        }
    }

    /** The last answer was one. */
    void understood(long now) {
        lastAnswerNanos = now;
        answered = true;
        if (trouble.get() != null) {
            trouble.set(null);
        }
    }

    /** A caller's own short deadline passed. */
    void hurried() {
        count(ErrorCode.TIMEOUT);
    }

    void failed(ErrorCode code, long now) {
        count(code);
        if (TELLING.contains(code)) {
            trouble(code, now);
        }
    }

    private void count(ErrorCode code) {
        failures.computeIfAbsent(code, c -> Counter.builder("serai.upstream.failures")
                        .description("Requests that an upstream did not answer")
                        .tag("server", server)
                        .tag("code", c.wireName())
                        .register(registry))
                .increment();
    }

    private void trouble(ErrorCode code, long now) {
        trouble.updateAndGet(
                before -> before == null || !before.isRecent(now) ? Trouble.first(code, now) : before.then(code, now));
    }

    String server() {
        return server;
    }

    /** What is wrong now; {@code null} where nothing is, nothing that is certain, or nothing of late. */
    @Nullable
    Trouble trouble(long now) {
        Trouble last = trouble.get();
        boolean counts = last != null && last.isRecent(now) && (last.certain || last.timeouts >= TIMEOUTS_IN_A_ROW);
        return counts ? last : null;
    }

    /** Whether there was a good answer of late. */
    boolean isUp(long now) {
        return answered && now - lastAnswerNanos < KNOWN_FOR.toNanos();
    }

    /** Whether anything was heard of it of late, or should have been. */
    boolean isKnown(long now) {
        Trouble last = trouble.get();
        return isUp(now) || (last != null && last.isRecent(now));
    }

    /** Takes its meters away: from now on it counts nothing. */
    void drop() {
        dropped = true;
        for (int i = 1; i < CLASSES; i++) {
            registry.remove(responses[i]);
        }
        failures.values().forEach(registry::remove);
    }

    boolean isDropped() {
        return dropped;
    }
}
