package dev.serai.observe;

import dev.serai.invocation.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One server as its answers show it, and its meters. */
final class Upstream {
    /** So many deadlines in a row, and not one caller's short one, make a server a failing one. */
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

    private final MeterRegistry registry;
    private final String server;
    private final Counter[] responses = new Counter[CLASSES];
    private final ConcurrentMap<ErrorCode, Counter> failures = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Trouble> trouble = new AtomicReference<>();
    private volatile long lastAnswerNanos;
    private volatile boolean answered;

    /**
     * Failures without a success in between.
     *
     * @param sinceNanos when the first happened
     * @param count how many there were
     * @param last what the last one was
     */
    record Trouble(long sinceNanos, int count, ErrorCode last) {}

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
        } else {
            lastAnswerNanos = now;
            answered = true;
            if (trouble.get() != null) {
                trouble.set(null);
            }
        }
    }

    void failed(ErrorCode code, long now) {
        failures.computeIfAbsent(code, c -> Counter.builder("serai.upstream.failures")
                        .description("Requests that an upstream did not answer")
                        .tag("server", server)
                        .tag("code", c.wireName())
                        .register(registry))
                .increment();
        if (TELLING.contains(code)) {
            trouble(code, now);
        }
    }

    private void trouble(ErrorCode code, long now) {
        trouble.updateAndGet(before ->
                before == null ? new Trouble(now, 1, code) : new Trouble(before.sinceNanos, before.count + 1, code));
    }

    String server() {
        return server;
    }

    /** What is wrong now; {@code null} where nothing is, or nothing that is certain. */
    @Nullable
    Trouble trouble() {
        Trouble now = trouble.get();
        return now == null || (now.last == ErrorCode.TIMEOUT && now.count < TIMEOUTS_IN_A_ROW) ? null : now;
    }

    /** {@link System#nanoTime()} of the last good answer; {@code null} where there was none. */
    @Nullable
    Long lastAnswerNanos() {
        return answered ? lastAnswerNanos : null;
    }
}
