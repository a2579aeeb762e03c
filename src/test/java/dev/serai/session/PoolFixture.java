package dev.serai.session;

import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Scheduler;
import dev.serai.invocation.Priority;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** A pool with a fake clock and a fake server. Nothing expires unless the test moves time. */
abstract class PoolFixture {
    static final SessionKey KEY = key("shared", 1);
    static final SessionSettings DEFAULTS = settings(1, 0);
    static final Duration IDLE = Duration.ofMinutes(15);
    static final Duration MAX_AGE = Duration.ofHours(1);
    static final Duration AGEING = Duration.ofSeconds(1);
    static final Duration LONG = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(20);

    final FakeTime time = new FakeTime();
    final FakeServer server = new FakeServer();
    final Callers callers = new Callers();
    final CountingExecutor executor = new CountingExecutor();
    /** What the pool draws when it shortens a back-off. */
    volatile double random;

    SessionPool pool = pool(limits(100, LONG, LONG, 1_000));

    static SessionKey key(String scope, long generation) {
        return new SessionKey("sample", "https://example.org/api", "0123456789abcdef", generation, scope);
    }

    static SessionSettings settings(int poolSize, int concurrency) {
        return new SessionSettings(Duration.ofMinutes(15), Duration.ofHours(1), poolSize, concurrency, false);
    }

    static PoolLimits limits(int maxSessions, Duration openTimeout, Duration closeTimeout, int maxWaiters) {
        return new PoolLimits(
                maxSessions,
                openTimeout,
                closeTimeout,
                Duration.ofMinutes(5),
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                maxWaiters,
                8,
                16,
                AGEING);
    }

    SessionPool pool(PoolLimits limits) {
        return new SessionPool(limits, time, executor, SessionKeeper.NONE, Scheduler.disabledScheduler(), () -> random);
    }

    Lease acquire() {
        return acquire(KEY, DEFAULTS);
    }

    Lease acquire(SessionKey key, SessionSettings settings) {
        return acquire(key, settings, Priority.MEDIUM);
    }

    Lease acquire(SessionKey key, SessionSettings settings, Priority priority) {
        return pool.acquire(key, settings, server, priority, time.in(LONG), time.in(LONG));
    }

    String useOnce(SessionKey key) {
        Lease lease = acquire(key, DEFAULTS);
        lease.release();
        return String.valueOf(lease.session().id());
    }

    /** Blocks until everything that the pool gave to its executor is done. */
    void settle() {
        await().until(() -> executor.unfinished() == 0);
    }

    @AfterEach
    void end() {
        server.mayOpen.countDown();
        server.mayClose.countDown();
        pool.close();
        callers.close();
        executor.shutdownNow();
    }
}
