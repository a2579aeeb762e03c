package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.session.FakeServer.Closed;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RefreshTest extends PoolFixture {
    private static final Duration AHEAD = Duration.ofMinutes(1);
    private static final SessionSettings AHEAD_OF_AGE = settings(MAX_AGE, false);

    private static SessionSettings settings(Duration maxAge, boolean singleUse) {
        return new SessionSettings(MAX_AGE, maxAge, 1, 0, singleUse, AHEAD, Duration.ZERO);
    }

    private String use(SessionSettings settings) {
        Lease lease = acquire(KEY, settings);
        lease.release();
        return String.valueOf(lease.session().id());
    }

    @Test
    void aSessionUsedShortlyBeforeItsAgeEndsIsReplacedOnceAndNobodyWaits() {
        assertThat(use(AHEAD_OF_AGE)).isEqualTo("secret-1");
        time.advance(MAX_AGE.minus(AHEAD));
        server.mayOpen = new CountDownLatch(1);
        for (int i = 0; i < 50; i++) {
            assertThat(use(AHEAD_OF_AGE)).isEqualTo("secret-1");
        }
        server.mayOpen.countDown();

        await().until(() -> use(AHEAD_OF_AGE).equals("secret-2"));
        await().untilAsserted(
                        () -> assertThat(server.closes).containsExactly(new Closed("secret-1", CloseReason.REPLACED)));
        assertThat(server.opens).hasValue(2);
        assertThat(pool.stats().opensByReason()).containsEntry(OpenReason.REFRESH, 1L);
        time.advance(MAX_AGE.minus(AHEAD).minusSeconds(1));
        assertThat(use(AHEAD_OF_AGE)).isEqualTo("secret-2");
        settle();
        assertThat(server.opens).hasValue(2);
    }

    @Test
    void theOldSessionDrains() {
        Lease longCall = acquire(KEY, AHEAD_OF_AGE);
        time.advance(MAX_AGE.minus(AHEAD));
        use(AHEAD_OF_AGE);
        await().until(() -> use(AHEAD_OF_AGE).equals("secret-2"));
        settle();
        assertThat(server.closes).isEmpty();
        longCall.release();

        await().untilAsserted(() -> assertThat(server.closeReasons()).containsExactly(CloseReason.REPLACED));
    }

    @Test
    void aSessionThatNobodyUsesIsNotReplaced() {
        use(AHEAD_OF_AGE);
        time.advance(MAX_AGE);
        pool.tidy();

        await().untilAsserted(() -> assertThat(server.closeReasons()).hasSize(1));
        assertThat(server.opens).hasValue(1);
    }

    @Test
    void aFailedReplacementLeavesTheOldSessionAndIsTriedAgain() {
        use(AHEAD_OF_AGE);
        time.advance(MAX_AGE.minus(AHEAD));
        server.refusal = new IOException("down");
        use(AHEAD_OF_AGE);
        await().until(() -> pool.stats().openFailures() == 1);
        settle();
        assertThat(use(AHEAD_OF_AGE)).isEqualTo("secret-1");
        assertThat(server.opens).hasValue(2);
        server.refusal = null;
        time.advance(AHEAD.dividedBy(2));
        assertThat(use(AHEAD_OF_AGE)).isEqualTo("secret-1");

        await().until(() -> use(AHEAD_OF_AGE).equals("secret-3"));
    }

    @Test
    void theLifeThatTheServerNamesCountsWhereItIsShorter() {
        server.facts = Map.of("expires_in", "600");
        use(AHEAD_OF_AGE);
        time.advance(Duration.ofMinutes(9));
        use(AHEAD_OF_AGE);
        await().until(() -> use(AHEAD_OF_AGE).equals("secret-2"));
        time.advance(Duration.ofMinutes(8));
        Lease busy = acquire(KEY, AHEAD_OF_AGE);
        time.advance(Duration.ofMinutes(2));

        assertThat(acquire(KEY, AHEAD_OF_AGE).session().id()).isEqualTo("secret-3");
        busy.release();
        await().untilAsserted(() -> assertThat(server.closes).contains(new Closed("secret-2", CloseReason.MAX_AGE)));
    }

    @Test
    void aLifeThatMakesNoSenseIsIgnored() {
        for (String nonsense : new String[] {"0", "-5", "soon", "", "99999999999999999999"}) {
            server.facts = Map.of("expires_in", nonsense);
            SessionKey key = key("conversation:" + nonsense, 1);
            String first = useOnce(key);
            time.advance(IDLE.minusSeconds(1));
            assertThat(useOnce(key)).isEqualTo(first);
        }
    }

    @Test
    void aLifeShorterThanTheTimeAheadDoesNotReplaceAtEachUse() {
        server.facts = Map.of("expires_in", "30");
        for (int i = 0; i < 20; i++) {
            use(AHEAD_OF_AGE);
        }
        settle();
        assertThat(server.opens).hasValue(1);
        time.advance(Duration.ofSeconds(15));
        use(AHEAD_OF_AGE);

        await().until(() -> use(AHEAD_OF_AGE).equals("secret-2"));
    }

    @Test
    void aSessionForOneCallIsNeverReplaced() {
        acquire(KEY, settings(MAX_AGE, true).forOneCall()).release();
        settle();

        assertThat(server.opens).hasValue(1);
    }

    @Test
    void aReplacementOfASessionThatWasLostMeanwhileIsClosed() {
        Lease lease = acquire(KEY, AHEAD_OF_AGE);
        time.advance(MAX_AGE.minus(AHEAD));
        server.mayOpen = new CountDownLatch(1);
        acquire(KEY, AHEAD_OF_AGE).release();
        await().until(() -> server.opens.get() == 2);
        pool.discard(lease, CloseReason.LOST);
        server.mayOpen.countDown();
        lease.release();

        await().untilAsserted(() -> assertThat(server.closes)
                .containsExactlyInAnyOrder(
                        new Closed("secret-1", CloseReason.LOST), new Closed("secret-2", CloseReason.LATE)));
        assertThat(use(AHEAD_OF_AGE)).isEqualTo("secret-3");
    }

    @Test
    void whoWaitsForABusySessionHasItsSuccessorAsSoonAsThatIsOpen() throws Exception {
        SessionSettings oneAtATime = settings(1, 1);
        Lease busy = acquire(KEY, oneAtATime);
        Future<Lease> waiting = callers.one(() -> acquire(KEY, oneAtATime));
        await().until(() -> pool.stats().waits() == 1);
        pool.control().renew(String.valueOf(busy.session().hash())).get();

        assertThat(waiting.get(LONG.toSeconds() / 2, TimeUnit.SECONDS).session().id())
                .isEqualTo("secret-2");
        busy.release();
    }
}
