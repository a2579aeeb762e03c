package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Scheduler;
import dev.serai.session.FakeServer.Closed;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KeepAliveTest extends PoolFixture {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final SessionSettings KEPT_ALIVE =
            new SessionSettings(IDLE, MAX_AGE, 1, 0, false, Duration.ZERO, INTERVAL);

    private final Queue<Alarm> alarms = new ConcurrentLinkedQueue<>();

    private record Alarm(long at, Runnable task) {}

    @BeforeEach
    void keepTime() {
        checksMayTake(LONG);
    }

    private void checksMayTake(Duration openTimeout) {
        pool.close();
        Scheduler scheduler = (executor, command, delay, unit) -> {
            alarms.add(new Alarm(time.read() + unit.toNanos(delay), () -> executor.execute(command)));
            return new CompletableFuture<>();
        };
        pool = new SessionPool(
                limits(100, openTimeout, LONG, 10), time, executor, SessionKeeper.NONE, scheduler, () -> 0);
    }

    /** Moves time on, with everything that was to happen by then. */
    private void pass(Duration by) {
        long end = time.read() + by.toNanos();
        while (true) {
            Alarm next = alarms.stream()
                    .filter(alarm -> alarm.at <= end)
                    .min(Comparator.comparingLong(Alarm::at))
                    .orElse(null);
            if (next == null) {
                time.advance(Duration.ofNanos(end - time.read()));
                return;
            }
            alarms.remove(next);
            time.advance(Duration.ofNanos(Math.max(0, next.at - time.read())));
            next.task.run();
            settle();
        }
    }

    @Test
    void anUnusedSessionIsAskedForAtTheInterval() {
        acquire(KEY, KEPT_ALIVE).release();
        pass(INTERVAL.multipliedBy(5).plusSeconds(10));

        assertThat(server.checks).hasValue(5);
        assertThat(pool.stats().opens()).isEqualTo(1);
    }

    @Test
    void aSessionInUseIsNotAskedFor() {
        Lease busy = acquire(KEY, KEPT_ALIVE);
        pass(INTERVAL.multipliedBy(3));
        busy.release();
        for (int i = 0; i < 20; i++) {
            acquire(KEY, KEPT_ALIVE).release();
            pass(Duration.ofSeconds(30));
        }

        assertThat(server.checks).hasValue(0);
        assertThat(server.opens).hasValue(1);
    }

    @Test
    void aLostSessionIsDroppedBeforeACallerMeetsIt() {
        acquire(KEY, KEPT_ALIVE).release();
        server.knows = false;
        pass(INTERVAL.plusSeconds(5));

        await().untilAsserted(
                        () -> assertThat(server.closes).containsExactly(new Closed("secret-1", CloseReason.LOST)));
        Lease next = acquire(KEY, KEPT_ALIVE);
        assertThat(next.session().id()).isEqualTo("secret-2");
        assertThat(pool.directory().find(String.valueOf(next.session().hash())))
                .extracting(SessionInfo::openedFor)
                .isEqualTo(OpenReason.LOST);
    }

    @Test
    void askingIsNoUse() {
        acquire(KEY, KEPT_ALIVE).release();
        pass(IDLE.plusSeconds(5));
        pool.tidy();

        await().untilAsserted(() -> assertThat(server.closeReasons()).containsExactly(CloseReason.IDLE));
        int asked = server.checks.get();
        assertThat(asked).isBetween(10, 15);
        pass(INTERVAL.multipliedBy(3));
        assertThat(server.checks).hasValue(asked);
    }

    @Test
    void aCheckThatFailsOrHangsCostsNothingButItself() throws Exception {
        checksMayTake(Duration.ofSeconds(3));
        acquire(KEY, KEPT_ALIVE).release();
        server.checkFailure = new IOException("reset");
        pass(INTERVAL.plusSeconds(5));
        assertThat(server.checks).hasValue(1);
        server.checkFailure = null;
        server.mayCheck = new CountDownLatch(1);
        pass(INTERVAL.plusSeconds(5));
        settle();

        assertThat(acquire(KEY, KEPT_ALIVE).session().id()).isEqualTo("secret-1");
        assertThat(server.mayCheck.await(0, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void noMoreChecksRunAtATimeThanAllowed() {
        for (int i = 0; i < 50; i++) {
            acquire(key("conversation:" + i, 1), KEPT_ALIVE).release();
        }
        settle();
        server.mayCheck = new CountDownLatch(1);
        time.advance(INTERVAL);
        List<Alarm> due = List.copyOf(alarms);
        due.forEach(alarm -> alarm.task.run());
        await().until(() -> executor.unfinished() == 8 && server.checks.get() >= 8);
        assertThat(server.checks).hasValue(8);
        server.mayCheck.countDown();

        await().until(() -> server.checks.get() == 50);
        assertThat(server.mostChecks).hasValueLessThanOrEqualTo(8);
    }
}
