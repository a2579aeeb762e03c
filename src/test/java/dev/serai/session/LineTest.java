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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers get who wait in line while sessions open, fail to open, or come free. */
@Timeout(120)
class LineTest extends PoolFixture {
    private static final SessionSettings TWO = settings(2, 1);
    private static final SessionSettings ONE = settings(1, 1);

    private static Lease soon(Future<Lease> call) throws Exception {
        return call.get(LONG.toSeconds() / 2, TimeUnit.SECONDS);
    }

    private Future<Lease> lineUp(SessionSettings settings) {
        long number = pool.stats().waits() + 1;
        Future<Lease> call = callers.one(() -> acquire(KEY, settings));
        await().until(() -> pool.stats().waits() == number);
        return call;
    }

    @Test
    void whoHasASessionOpenedTakesAnotherThatComesFreeMeanwhile() throws Exception {
        Lease first = acquire(KEY, TWO);
        Lease second = acquire(KEY, TWO);
        Future<Lease> waiting = lineUp(TWO);
        server.mayOpen = new CountDownLatch(1);
        pool.discard(second, CloseReason.LOST);
        await().until(() -> server.opens.get() == 3);
        first.release();

        Lease taken = soon(waiting);
        assertThat(taken.session().id()).isEqualTo("secret-1");
        assertThat(taken.reused()).isTrue();
        Future<Lease> newcomer = lineUp(TWO);
        taken.release();
        assertThat(soon(newcomer).session().id()).isEqualTo("secret-1");
        server.mayOpen.countDown();
        await().until(() -> pool.stats().opening() == 0);
        Lease unwanted = acquire(KEY, TWO);
        assertThat(unwanted.session().id()).isEqualTo("secret-3");
        assertThat(server.opens).hasValue(3);
        second.release();
    }

    @Test
    void whoWaitsForABusySessionIsNotHeldUpByAnotherThatOpens() throws Exception {
        Lease first = acquire(KEY, TWO);
        Lease second = acquire(KEY, TWO);
        List<Future<Lease>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(lineUp(TWO));
        }
        server.mayOpen = new CountDownLatch(1);
        pool.discard(second, CloseReason.LOST);
        await().until(() -> server.opens.get() == 3);
        first.release();
        for (Future<Lease> call : waiting) {
            Lease lease = soon(call);
            assertThat(lease.session().id()).isEqualTo("secret-1");
            lease.release();
        }
        second.release();
    }

    @Test
    void whoHasASessionOpenedInTheLineHasItsFirstLease() throws Exception {
        Lease busy = acquire(KEY, ONE);
        Future<Lease> waiting = lineUp(ONE);
        pool.discard(busy, CloseReason.LOST);

        assertThat(soon(waiting).session().id()).isEqualTo("secret-2");
        assertThat(soon(waiting).reused()).isFalse();
    }

    @Test
    void aFailedOpeningIsToldToAllWhoWaitInLineForIt() throws Exception {
        Lease busy = acquire(KEY, ONE);
        List<Future<Lease>> waiting = List.of(lineUp(ONE), lineUp(ONE), lineUp(ONE));
        server.refusal = new IOException("down");
        pool.discard(busy, CloseReason.LOST);

        assertThat(waiting).allSatisfy(call -> assertThatThrownBy(() -> soon(call))
                .cause()
                .isInstanceOf(CapabilityException.class)
                .hasMessageContaining("down"));
        assertThat(server.opens).hasValue(2);
    }

    @Test
    void withoutABackOffNobodyInLineTriesForever() throws Exception {
        pool = pool(new PoolLimits(100, LONG, LONG, LONG, Duration.ZERO, Duration.ZERO, 10, 8, 16, AGEING));
        Lease busy = acquire(KEY, TWO);
        Lease lost = acquire(KEY, TWO);
        List<Future<Lease>> waiting = List.of(lineUp(TWO), lineUp(TWO));
        server.refusal = new IOException("down");
        pool.discard(lost, CloseReason.LOST);
        await().until(() -> pool.stats().openFailures() == 1);
        settle();
        assertThat(waiting).noneMatch(Future::isDone);
        pool.discard(busy, CloseReason.LOST);

        assertThat(waiting).allSatisfy(call -> assertThatThrownBy(() -> soon(call))
                .cause()
                .isInstanceOf(CapabilityException.class)
                .hasMessageContaining("down"));
        assertThat(server.opens.get()).isBetween(4, 6);
    }

    @Test
    void whoMayWaitForItsTurnNoLongerThanThatIsToldBeforeItsDeadline() {
        Lease busy = acquire(KEY, ONE);
        assertThatThrownBy(() -> pool.acquire(KEY, ONE, server, Priority.MEDIUM, Long.MAX_VALUE, time.in(SHORT)))
                .isInstanceOfSatisfying(
                        CapabilityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUEUE_TIMEOUT));
        busy.release();
        assertThat(acquire(KEY, ONE).session().id()).isEqualTo("secret-1");
    }

    @Test
    void whoGivesUpInLineLeavesWhatItHasOpenedToOthers() throws Exception {
        Lease busy = acquire(KEY, ONE);
        server.mayOpen = new CountDownLatch(1);
        Future<Lease> impatient =
                callers.one(() -> pool.acquire(KEY, ONE, server, Priority.MEDIUM, time.in(LONG), time.in(LONG)));
        await().until(() -> pool.stats().waits() == 1);
        pool.discard(busy, CloseReason.LOST);
        await().until(() -> server.opens.get() == 2);
        time.advance(LONG);
        // Whoever waits looks at the time then.
        pool.discardIf(key -> false, CloseReason.REQUESTED);
        assertThatThrownBy(impatient::get).cause().isInstanceOfSatisfying(CapabilityException.class, e -> assertThat(
                        e.code())
                .isEqualTo(ErrorCode.TIMEOUT));
        server.mayOpen.countDown();

        assertThat(soon(callers.one(() -> acquire(KEY, ONE))).session().id()).isEqualTo("secret-2");
        assertThat(server.opens).hasValue(2);
    }
}
