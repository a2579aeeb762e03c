package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Scheduler;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Priority;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bounded number of threads, as on JDK 17, and a server that does not answer. */
@Timeout(120)
class HungServerTest extends PoolFixture {
    private static final SessionKey HEALTHY =
            new SessionKey("sample", "https://healthy.example.org/", "0123456789abcdef", 1, "shared");
    private static final int OPENS_AT_A_TIME = 16;

    private final ExecutorService threads = Executors.newFixedThreadPool(64);
    private final FakeServer healthy = new FakeServer();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    private void boundedPool(PoolLimits limits) {
        pool.close();
        pool = new SessionPool(limits, time, threads, SessionKeeper.NONE, Scheduler.disabledScheduler(), () -> random);
    }

    private List<Future<Lease>> hungCallers(boolean forOneCall) {
        server.mayOpen = new CountDownLatch(1);
        SessionSettings settings = forOneCall ? DEFAULTS.forOneCall() : DEFAULTS;
        List<Future<Lease>> hung = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            SessionKey key = key("caller:" + i, 1);
            hung.add(callers.one(() -> acquire(key, settings)));
        }
        await().until(() -> pool.stats().opening() == 100);
        await().until(() -> server.opens.get() >= OPENS_AT_A_TIME);
        return hung;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void openingsThatHangAtOneServerDelayNoOther(boolean forOneCall) throws Exception {
        boundedPool(limits(1_000, LONG, LONG, 1_000));
        List<Future<Lease>> hung = hungCallers(forOneCall);
        Future<Lease> other = callers.one(
                () -> pool.acquire(HEALTHY, DEFAULTS, healthy, Priority.MEDIUM, time.in(LONG), time.in(LONG)));

        assertThat(other.get(LONG.toSeconds() / 2, TimeUnit.SECONDS).session().id())
                .isEqualTo("secret-1");
        assertThat(server.opens).hasValue(OPENS_AT_A_TIME);
        server.mayOpen.countDown();
        assertThat(Callers.results(hung)).hasSize(100);
        assertThat(server.opens).hasValue(100);
    }

    @Test
    void whoWaitsForItsTurnIsToldWhenTheServerIsNotReachedMeanwhile() {
        boundedPool(limits(1_000, LONG, LONG, 1_000));
        List<Future<Lease>> hung = hungCallers(false);
        server.refusal = new IOException("down");
        server.mayOpen.countDown();

        assertThat(hung).allSatisfy(call -> assertThatThrownBy(call::get)
                .cause()
                .isInstanceOf(CapabilityException.class)
                .hasMessageContaining("down"));
        assertThat(server.opens).hasValue(OPENS_AT_A_TIME);
        await().until(() -> pool.stats().opening() == 0);
    }

    @Test
    void shutdownEndsThoseThatWaitForTheirTurnAndOpensNothingForThem() {
        boundedPool(limits(1_000, LONG, LONG, 1_000));
        List<Future<Lease>> hung = hungCallers(false);
        pool.close();

        assertThat(hung).allSatisfy(call -> assertThatThrownBy(call::get).hasMessageContaining("shutting down"));
        server.mayOpen.countDown();
        await().until(() -> pool.stats().live() == 0);
        assertThat(server.opens).hasValue(OPENS_AT_A_TIME);
    }

    @Test
    void theTimeOfAnOpeningBeginsWhenAThreadTakesItUp() throws Exception {
        Duration openTimeout = Duration.ofSeconds(2);
        Backlog backlog = new Backlog();
        pool.close();
        pool = new SessionPool(
                limits(100, openTimeout, openTimeout, 10),
                time,
                backlog,
                SessionKeeper.NONE,
                Scheduler.disabledScheduler(),
                () -> random);
        Future<Lease> waiting = callers.one(this::acquire);
        await().until(() -> !backlog.tasks.isEmpty());
        long since = System.nanoTime();
        await().until(() ->
                System.nanoTime() - since > openTimeout.plusMillis(500).toNanos());
        assertThat(waiting.isDone()).isFalse();
        backlog.passOn(threads);

        assertThat(waiting.get().session().id()).isEqualTo("secret-1");
    }

    /** Runs nothing until it may, and then everything. */
    private static final class Backlog implements Executor {
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private @Nullable Executor next;

        @Override
        public synchronized void execute(Runnable task) {
            if (next == null) {
                tasks.add(task);
            } else {
                next.execute(task);
            }
        }

        synchronized void passOn(Executor executor) {
            next = executor;
            tasks.forEach(executor::execute);
        }
    }
}
