package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Scheduler;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Priority;
import dev.serai.session.FakeServer.Closed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClosingTest extends PoolFixture {
    @Test
    void anIdleSessionIsClosed() {
        useOnce(KEY);
        time.advance(IDLE.minusSeconds(1));
        useOnce(KEY);
        time.advance(IDLE.minusSeconds(1));
        pool.tidy();
        assertThat(pool.stats().live()).isEqualTo(1);
        time.advance(Duration.ofSeconds(2));
        pool.tidy();

        await().untilAsserted(
                        () -> assertThat(server.closes).containsExactly(new Closed("secret-1", CloseReason.IDLE)));
        assertThat(useOnce(KEY)).isEqualTo("secret-2");
    }

    @Test
    void theIdleTimeStartsWhenTheCallEnds() {
        Lease longCall = acquire();
        time.advance(IDLE.minusSeconds(1));
        longCall.release();
        time.advance(IDLE.minusSeconds(1));

        assertThat(useOnce(KEY)).isEqualTo("secret-1");
    }

    @Test
    void aBusySessionIsClosedAtItsMaximumAge() {
        for (Duration age = Duration.ZERO; age.compareTo(MAX_AGE) < 0; age = age.plusMinutes(10)) {
            assertThat(useOnce(KEY)).isEqualTo("secret-1");
            time.advance(Duration.ofMinutes(10));
        }

        assertThat(useOnce(KEY)).isEqualTo("secret-2");
        await().untilAsserted(
                        () -> assertThat(server.closes).containsExactly(new Closed("secret-1", CloseReason.MAX_AGE)));
    }

    @Test
    void anIdleSessionIsClosedWithoutTraffic() {
        Queue<Runnable> alarms = new ConcurrentLinkedQueue<>();
        Scheduler scheduler = (executor, command, delay, unit) -> {
            alarms.add(() -> executor.execute(command));
            return new CompletableFuture<>();
        };
        pool = new SessionPool(limits(100, LONG, LONG, 10), time, executor, SessionKeeper.NONE, scheduler, () -> 0);
        useOnce(KEY);
        await().until(() -> !alarms.isEmpty());
        time.advance(IDLE.multipliedBy(2));
        alarms.forEach(Runnable::run);

        await().untilAsserted(() -> assertThat(server.closeReasons()).containsExactly(CloseReason.IDLE));
    }

    @Test
    void aSessionInUseOutlivesItsExpiryUntilItsLastLeaseIsReleased() {
        Lease first = acquire();
        Lease second = acquire();
        time.advance(IDLE.plusSeconds(1));
        pool.tidy();
        assertThat(acquire().session().id()).isEqualTo("secret-2");
        first.release();
        first.release();
        settle();
        assertThat(server.closes).isEmpty();
        second.release();

        await().untilAsserted(
                        () -> assertThat(server.closes).containsExactly(new Closed("secret-1", CloseReason.IDLE)));
    }

    @Test
    void aCallThatNeverEndsHoldsItsSessionOnlyForTheDrainTime() {
        pool = pool(new PoolLimits(100, LONG, LONG, SHORT, SHORT, SHORT, 10, 8, 16, AGEING));
        Lease stuck = acquire();
        pool.discard(stuck, CloseReason.LOST);

        await().untilAsserted(() -> assertThat(server.closeReasons()).containsExactly(CloseReason.LOST));
        stuck.release();
        settle();
        assertThat(server.closes).hasSize(1);
    }

    @Test
    void aFullPoolClosesWhatItEvicts() {
        pool = pool(limits(3, LONG, LONG, 10));
        for (int i = 0; i < 10; i++) {
            useOnce(key("conversation:" + i, 1));
        }

        await().untilAsserted(() -> assertThat(server.closeReasons()).hasSize(7).containsOnly(CloseReason.EVICTED));
        await().untilAsserted(() -> assertThat(pool.stats().live()).isEqualTo(3));
        assertThat(pool.stats().closes()).containsEntry(CloseReason.EVICTED, 7L);
    }

    @Test
    void aNewSessionThatTheFullPoolEvictsAtOnceStillServesItsCaller() {
        pool = pool(limits(2, LONG, LONG, 10));
        for (int i = 0; i < 50; i++) {
            useOnce(key("conversation:popular", 1));
            useOnce(key("conversation:also popular", 1));
        }
        for (int i = 0; i < 20; i++) {
            Lease lease = acquire(key("conversation:" + i, 1), DEFAULTS);
            assertThat(server.closes)
                    .extracting(Closed::id)
                    .doesNotContain(lease.session().id());
            lease.release();
        }
        assertThat(server.opens).hasValueLessThanOrEqualTo(22);
    }

    @Test
    void aHungCloseDelaysNobody() {
        pool = pool(limits(100, LONG, LONG, 10));
        server.mayClose = new CountDownLatch(1);
        for (int i = 0; i < 30; i++) {
            Lease lease = acquire();
            pool.discard(lease, CloseReason.LOST);
            lease.release();
        }

        assertThat(useOnce(KEY)).isEqualTo("secret-31");
        assertThat(server.closes).isEmpty();
        server.mayClose.countDown();
        await().untilAsserted(() -> assertThat(server.closes).hasSize(30));
    }

    @Test
    void aCloseThatTakesTooLongIsGivenUpAndCounted() {
        pool = pool(limits(100, LONG, SHORT, 10));
        server.mayClose = new CountDownLatch(1);
        Lease lease = acquire();
        pool.discard(lease, CloseReason.LOST);
        lease.release();

        await().untilAsserted(() -> assertThat(pool.stats().closeFailures()).isEqualTo(1));
        await().untilAsserted(() -> assertThat(pool.stats().live()).isZero());
    }

    @Test
    void aServerWithoutSessionsIsRememberedAndNeverAskedToClose() {
        server.stateless = true;
        useOnce(KEY);
        assertThat(acquire().reused()).isTrue();
        pool.close();
        settle();

        assertThat(server.opens).hasValue(1);
        assertThat(server.closes).isEmpty();
        assertThat(pool.stats().closes()).containsEntry(CloseReason.SHUTDOWN, 1L);
    }

    @Test
    void shutdownClosesAllSessionsEvenThoseInUse() {
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            leases.add(acquire(key("conversation:" + i, 1), DEFAULTS));
        }
        leases.get(0).release();
        pool.close();

        assertThat(server.closeReasons()).hasSize(40).containsOnly(CloseReason.SHUTDOWN);
        assertThat(pool.stats().live()).isZero();
        assertThatThrownBy(this::acquire).isInstanceOfSatisfying(CapabilityException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.SHUTTING_DOWN));
        leases.forEach(Lease::release);
        pool.close();
        assertThat(server.closes).hasSize(40);
    }

    @Test
    void shutdownWaitsForAHungCloseOnlyForItsTime() {
        pool = pool(limits(100, LONG, SHORT, 10));
        server.mayClose = new CountDownLatch(1);
        useOnce(KEY);
        pool.close();

        assertThat(server.closes).isEmpty();
        await().untilAsserted(() -> assertThat(pool.stats().live()).isZero());
    }

    @Test
    void shutdownEndsTheWaitForAnOpening() throws Exception {
        server.mayOpen = new CountDownLatch(1);
        Future<Lease> waiting = callers.one(this::acquire);
        server.openBegan.await();
        pool.close();

        assertThatThrownBy(waiting::get).cause().isInstanceOfSatisfying(CapabilityException.class, e -> assertThat(
                        e.code())
                .isEqualTo(ErrorCode.SHUTTING_DOWN));
        server.mayOpen.countDown();
        await().untilAsserted(() -> assertThat(server.closeReasons()).hasSize(1));
    }

    @Test
    void shutdownClosesAsManySessionsAsItHasTimeFor() {
        Duration oneClosing = Duration.ofSeconds(5);
        pool = pool(new PoolLimits(
                100, LONG, oneClosing, LONG, Duration.ofMillis(500), Duration.ofSeconds(10), 10, 1, 16, AGEING));
        CountDownLatch never = new CountDownLatch(1);
        SessionHandler slow = new SessionHandler() {
            @Override
            public Session open() throws Exception {
                return server.open();
            }

            @Override
            public void close(Session session, CloseReason reason) throws Exception {
                var unused = never.await(150, TimeUnit.MILLISECONDS);
                server.close(session, reason);
            }
        };
        for (int i = 0; i < 40; i++) {
            pool.acquire(key("conversation:" + i, 1), DEFAULTS, slow, Priority.MEDIUM, time.in(LONG), time.in(LONG))
                    .release();
        }

        assertThat(pool.end(LONG)).isEqualTo(new SessionsAtEnd(40, 0, 0));
        assertThat(server.closes).hasSize(40);
    }
}
