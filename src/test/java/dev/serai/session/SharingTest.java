package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Priority;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SharingTest extends PoolFixture {
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);
    /** A deadline that no advance of the clock in a test reaches. */
    private static final Duration FAR = Duration.ofDays(1_000);

    private static final SessionSettings ONE_AT_A_TIME = settings(1, 1);

    @Test
    void aFurtherSessionIsOpenedOnlyWhenEveryOpenOneIsBusy() {
        SessionSettings three = settings(3, 0);
        Lease first = acquire(KEY, three);
        first.release();
        Lease again = acquire(KEY, three);
        assertThat(again.session()).isSameAs(first.session());
        Lease second = acquire(KEY, three);
        Lease third = acquire(KEY, three);

        assertThat(Set.of(again.session(), second.session(), third.session())).hasSize(3);
        assertThat(server.opens).hasValue(3);
    }

    @Test
    void theLeastLoadedSessionComesFirst() {
        SessionSettings two = settings(2, 0);
        Lease first = acquire(KEY, two);
        Lease second = acquire(KEY, two);
        acquire(KEY, two);
        acquire(KEY, two);
        second.release();

        assertThat(acquire(KEY, two).session()).isSameAs(second.session());
        first.release();
        assertThat(server.opens).hasValue(2);
    }

    @Test
    void callsThatStayAreSpreadEvenlyOverTheSessions() {
        SessionSettings eight = settings(8, 0);
        List<Lease> held = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            held.add(acquire(KEY, eight));
        }

        assertThat(pool.directory().list(all -> true, "", 100)).hasSize(8).allMatch(session -> session.inUse() == 50);
        held.forEach(Lease::release);
        assertThat(pool.directory().list(all -> true, "", 100)).allMatch(session -> session.inUse() == 0);
    }

    @Test
    void coldCallersOfASizedPoolNeverOpenMoreThanItsSize() throws Exception {
        SessionSettings four = settings(4, 0);
        List<Lease> leases = Callers.results(callers.together(200, () -> acquire(KEY, four)));
        Set<Session> sessions = new HashSet<>();
        leases.forEach(lease -> sessions.add(lease.session()));

        assertThat(sessions).hasSize(4);
        assertThat(server.opens).hasValue(4);
    }

    @Test
    void aServerThatRefusesASecondSessionIsServedThroughTheFirst() {
        SessionSettings two = settings(2, 0);
        Lease first = acquire(KEY, two);
        server.refusal = new IOException("one session per user");

        assertThat(acquire(KEY, two).session()).isSameAs(first.session());
        assertThat(acquire(KEY, two).session()).isSameAs(first.session());
        assertThat(server.opens).hasValue(2);
    }

    @Test
    void scanningASizedPoolDoesNotKeepUnusedSessionsAlive() {
        SessionSettings two = settings(2, 0);
        Lease first = acquire(KEY, two);
        acquire(KEY, two).release();
        first.release();
        for (int i = 0; i < 4; i++) {
            time.advance(Duration.ofMinutes(5));
            acquire(KEY, two).release();
        }
        pool.tidy();

        await().untilAsserted(() ->
                assertThat(server.closes).containsExactly(new FakeServer.Closed("secret-2", CloseReason.IDLE)));
    }

    @Test
    void aSessionTakesNoMoreCallsAtATimeThanAllowed() throws Exception {
        SessionSettings three = settings(1, 3);
        AtomicInteger now = new AtomicInteger();
        CountDownLatch othersCame = new CountDownLatch(1);
        List<Future<Integer>> calls = callers.together(100, () -> {
            Lease lease = acquire(KEY, three);
            int running = now.incrementAndGet();
            othersCame.await();
            // Another thread has to run before the lease is given back.
            running = Math.max(running, callers.one(now::get).get());
            now.decrementAndGet();
            lease.release();
            return running;
        });
        await().until(() -> (pool.stats().waits() == 97 && now.get() == 3) || now.get() > 3);
        assertThat(now).hasValue(3);
        othersCame.countDown();

        assertThat(Callers.results(calls)).hasSize(100).allMatch(running -> running <= 3);
        assertThat(server.opens).hasValue(1);
    }

    @Test
    void waitersAreServedInTheOrderOfTheirArrival() throws Exception {
        Lease busy = acquire(KEY, ONE_AT_A_TIME);
        List<Integer> served = new CopyOnWriteArrayList<>();
        List<Future<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            calls.add(callers.one(() -> {
                Lease lease = acquire(KEY, ONE_AT_A_TIME);
                served.add(number);
                lease.release();
                return number;
            }));
            await().until(() -> pool.stats().waits() == number + 1);
        }
        busy.release();

        assertThat(Callers.results(calls)).hasSize(10);
        assertThat(served).isSorted().hasSize(10);
    }

    @Test
    void aHigherPriorityGoesFirstUntilALowerOneHasWaitedLongEnough() throws Exception {
        Lease busy = acquire(KEY, ONE_AT_A_TIME);
        List<String> served = new CopyOnWriteArrayList<>();
        List<Future<?>> calls = new ArrayList<>();
        List<Priority> arrivals =
                List.of(Priority.LOW, Priority.LOW, Priority.MEDIUM, Priority.HIGH, Priority.HIGH, Priority.MEDIUM);
        for (Priority priority : arrivals) {
            calls.add(lineUp(priority, served));
        }
        time.advance(AGEING.multipliedBy(2).plusMillis(1));
        calls.add(lineUp(Priority.HIGH, served));
        busy.release();
        for (Future<?> call : calls) {
            call.get();
        }

        assertThat(served).containsExactly("HIGH 4", "HIGH 5", "MEDIUM 3", "MEDIUM 6", "LOW 1", "LOW 2", "HIGH 7");
    }

    private Future<?> lineUp(Priority priority, List<String> served) {
        long number = pool.stats().waits() + 1;
        Future<?> call = callers.one(() -> {
            Lease lease = acquire(KEY, ONE_AT_A_TIME, priority);
            served.add(priority + " " + number);
            lease.release();
            return number;
        });
        await().until(() -> pool.stats().waits() == number);
        return call;
    }

    @Test
    void aFullLineRefusesAndAnElapsedDeadlineEndsTheWait() throws Exception {
        pool = pool(limits(100, LONG, LONG, 1));
        Lease busy = acquire(KEY, ONE_AT_A_TIME);
        Future<Lease> waiting = callers.one(() -> acquire(KEY, ONE_AT_A_TIME));
        await().until(() -> pool.stats().waits() == 1);

        assertRefused(ErrorCode.TOO_MANY_REQUESTS, LONG);
        busy.release();
        assertThat(waiting.get().reused()).isTrue();
        assertRefused(ErrorCode.QUEUE_TIMEOUT, SHORT);
        waiting.get().release();
        assertThat(useOnce(KEY)).isEqualTo("secret-1");
    }

    private void assertRefused(ErrorCode code, Duration patience) {
        assertThatThrownBy(() ->
                        pool.acquire(KEY, ONE_AT_A_TIME, server, Priority.MEDIUM, time.in(patience), time.in(patience)))
                .isInstanceOfSatisfying(
                        CapabilityException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aWaiterWhoseSessionIsDiscardedMovesOnToAFreshOne() throws Exception {
        Lease busy = acquire(KEY, ONE_AT_A_TIME);
        Future<Lease> waiting = callers.one(() -> acquire(KEY, ONE_AT_A_TIME));
        await().until(() -> pool.stats().waits() == 1);
        pool.discard(busy, CloseReason.LOST);

        assertThat(waiting.get().session().id()).isEqualTo("secret-2");
    }

    @Test
    void shutdownEndsTheWaitForABusySession() throws Exception {
        acquire(KEY, ONE_AT_A_TIME);
        List<Future<Lease>> waiting = callers.together(5, () -> acquire(KEY, ONE_AT_A_TIME));
        await().until(() -> pool.stats().waits() == 5);
        pool.close();

        assertThat(waiting).allSatisfy(call -> assertThatThrownBy(call::get)
                .cause()
                .isInstanceOfSatisfying(
                        CapabilityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN)));
    }

    @Test
    void tenThousandCallsWithFailuresAndExpiriesLeakNoPermit() throws Exception {
        SessionSettings ten = settings(2, 10);
        Set<Session> alive = ConcurrentHashMap.newKeySet();
        ConcurrentHashMap<Session, AtomicInteger> running = new ConcurrentHashMap<>();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<Future<Boolean>> calls = callers.together(50, () -> {
            int own = 0;
            while (own < 200) {
                int dice = ThreadLocalRandom.current().nextInt(1_000);
                server.refusal = dice < 3 ? new IOException("down") : null;
                try {
                    Duration patience = dice < 970 ? FAR : LONG;
                    Lease lease = pool.acquire(KEY, ten, server, Priority.MEDIUM, time.in(patience), time.in(patience));
                    alive.add(lease.session());
                    AtomicInteger now = running.computeIfAbsent(lease.session(), same -> new AtomicInteger());
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    if (dice < 20) {
                        pool.discard(lease, CloseReason.LOST);
                    } else if (dice < 25) {
                        time.advance(IDLE.plusSeconds(1));
                    }
                    now.decrementAndGet();
                    lease.release();
                    done.incrementAndGet();
                    own++;
                } catch (CapabilityException e) {
                    // While one tries for all, the others are refused at once: they call again.
                    Thread.onSpinWait();
                    if (e.code() != ErrorCode.QUEUE_TIMEOUT && e.code() != ErrorCode.TIMEOUT) {
                        server.refusal = null;
                        time.advance(LONGEST_BACK_OFF);
                    }
                }
            }
            return true;
        });
        assertThat(Callers.results(calls)).containsOnly(true);

        assertThat(done.get()).isEqualTo(10_000);
        assertThat(most.get()).isBetween(1, 10);
        assertThat(alive).hasSizeGreaterThan(2);
        server.refusal = null;
        time.advance(MAX_AGE.plusSeconds(1));
        List<Lease> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(acquire(KEY, ten));
        }
        assertThat(all).extracting(Lease::session).doesNotContainAnyElementsOf(alive);
        assertRefusedNow(ten);
        all.forEach(Lease::release);
        pool.close();
        assertThat(pool.stats().live()).isZero();
        assertThat(server.closes).hasSize((int) pool.stats().opens());
    }

    private void assertRefusedNow(SessionSettings settings) {
        assertThatThrownBy(() -> pool.acquire(KEY, settings, server, Priority.MEDIUM, time.in(SHORT), time.in(SHORT)))
                .isInstanceOf(CapabilityException.class);
    }

    @Test
    void aDiscardDuringAnOpeningIsNotServedToLaterCallers() throws Exception {
        server.mayOpen = new CountDownLatch(1);
        List<Future<Lease>> early = callers.together(20, this::acquire);
        server.openBegan.await();
        pool.discardIf(key -> true, CloseReason.REPLACED);
        server.mayOpen.countDown();
        Callers.results(early).forEach(Lease::release);

        assertThat(useOnce(KEY)).isEqualTo("secret-2");
        assertThat(server.opens).hasValue(2);
    }
}
