package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.session.FakeServer.Closed;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DiscardTest extends PoolFixture {
    @Test
    void aLossThatTwoHundredCallersDiscoverOpensOnce() throws Exception {
        CyclicBarrier allHoldTheLostSession = new CyclicBarrier(200);
        AtomicInteger firsts = new AtomicInteger();
        List<Future<String>> calls = callers.together(200, () -> {
            Lease lost = acquire();
            allHoldTheLostSession.await();
            if (pool.discard(lost, CloseReason.LOST)) {
                firsts.incrementAndGet();
            }
            lost.release();
            Lease renewed = acquire();
            renewed.release();
            return String.valueOf(renewed.session().id());
        });

        assertThat(Callers.results(calls)).containsOnly("secret-2");
        assertThat(server.opens).hasValue(2);
        assertThat(firsts).hasValue(1);
        await().untilAsserted(
                        () -> assertThat(server.closes).containsExactly(new Closed("secret-1", CloseReason.LOST)));
        assertThat(pool.stats().renewals()).isEqualTo(1);
    }

    @Test
    void aLateDiscardOfTheOldSessionLeavesTheNewOne() {
        Lease early = acquire();
        Lease late = acquire();
        assertThat(pool.discard(early, CloseReason.LOST)).isTrue();
        assertThat(useOnce(KEY)).isEqualTo("secret-2");

        assertThat(pool.discard(late, CloseReason.LOST)).isFalse();
        assertThat(useOnce(KEY)).isEqualTo("secret-2");
        assertThat(server.opens).hasValue(2);
    }

    @Test
    void discardingASessionThatExpiredSaysThatItHadGone() {
        Lease lease = acquire();
        time.advance(IDLE.plusSeconds(1));
        pool.tidy();

        assertThat(pool.discard(lease, CloseReason.LOST)).isFalse();
    }

    @Test
    void aNewGenerationRetiresOnlyTheOlderOnes() {
        useOnce(key("conversation:a", 1));
        useOnce(key("conversation:b", 1));
        useOnce(key("conversation:a", 2));

        assertThat(pool.discardIf(key -> key.credentialGeneration() == 1, CloseReason.REPLACED))
                .isEqualTo(2);
        await().untilAsserted(() -> assertThat(server.closes)
                .containsExactlyInAnyOrder(
                        new Closed("secret-1", CloseReason.REPLACED), new Closed("secret-2", CloseReason.REPLACED)));
        assertThat(useOnce(key("conversation:a", 2))).isEqualTo("secret-3");
    }

    @Test
    void aSessionDiscardedWhileItOpensIsUsedByItsCallerAndThenClosed() throws Exception {
        server.mayOpen = new CountDownLatch(1);
        Future<Lease> opening = callers.one(this::acquire);
        server.openBegan.await();
        pool.discardIf(key -> true, CloseReason.REQUESTED);
        server.mayOpen.countDown();
        Lease lease = opening.get();
        assertThat(useOnce(KEY)).isEqualTo("secret-2");
        assertThat(server.closes).isEmpty();
        lease.release();

        await().untilAsserted(
                        () -> assertThat(server.closes).containsExactly(new Closed("secret-1", CloseReason.REQUESTED)));
    }
}
