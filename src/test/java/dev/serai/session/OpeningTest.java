package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Priority;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OpeningTest extends PoolFixture {
    @Test
    void twoHundredColdCallersOpenOnce() throws Exception {
        server.mayOpen = new CountDownLatch(1);
        List<Future<Lease>> calls = callers.together(200, this::acquire);
        server.openBegan.await();
        server.mayOpen.countDown();
        List<Lease> leases = Callers.results(calls);

        assertThat(server.opens).hasValue(1);
        assertThat(leases).extracting(lease -> lease.session().id()).containsOnly("secret-1");
        assertThat(leases).filteredOn(lease -> !lease.reused()).hasSize(1);
        assertThat(pool.stats().opens()).isEqualTo(1);
        assertThat(pool.stats().hits()).isEqualTo(199);
    }

    @Test
    void aWarmSessionIsReused() {
        useOnce(KEY);
        Lease second = acquire();

        assertThat(second.reused()).isTrue();
        assertThat(second.key()).isEqualTo(KEY);
        assertThat(server.opens).hasValue(1);
    }

    @Test
    void keysThatDifferInScopeOrGenerationNeverShare() {
        assertThat(List.of(
                        useOnce(key("conversation:a", 1)),
                        useOnce(key("conversation:b", 1)),
                        useOnce(key("shared", 1)),
                        useOnce(key("shared", 2))))
                .doesNotHaveDuplicates();
        assertThat(useOnce(key("conversation:a", 1))).isEqualTo("secret-1");
    }

    @Test
    void aSlowOpenTimesOutTheCallerAndServesTheNext() throws Exception {
        server.mayOpen = new CountDownLatch(1);
        assertThatThrownBy(() -> pool.acquire(KEY, DEFAULTS, server, Priority.MEDIUM, time.in(SHORT), time.in(SHORT)))
                .isInstanceOfSatisfying(
                        CapabilityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
        Future<Lease> next = callers.one(this::acquire);
        server.mayOpen.countDown();

        assertThat(next.get().session().id()).isEqualTo("secret-1");
        assertThat(server.opens).hasValue(1);
        next.get().release();
        time.advance(IDLE);
        pool.tidy();
        await().untilAsserted(() -> assertThat(server.closeReasons()).containsExactly(CloseReason.IDLE));
    }

    @Test
    void aFailureReachesEveryWaiterAndIsRememberedForTheBackOff() throws Exception {
        server.refusal = new IOException("connection refused");
        server.mayOpen = new CountDownLatch(1);
        List<Future<CapabilityException>> calls =
                callers.together(50, () -> catchThrowableOfType(CapabilityException.class, this::acquire));
        server.openBegan.await();
        server.mayOpen.countDown();

        assertThat(Callers.results(calls)).allSatisfy(e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SESSION_UNAVAILABLE);
            assertThat(e).hasMessageContaining("sample").hasMessageContaining("IOException: connection refused");
        });
        assertThatThrownBy(this::acquire).hasMessageContaining("connection refused");
        assertThat(server.opens).hasValue(1);
        assertThat(pool.stats().openFailures()).isEqualTo(1);
    }

    @Test
    void afterTheBackOffTheNextCallerTriesAgain() {
        server.refusal = new IOException("connection refused");
        assertThatThrownBy(this::acquire).isInstanceOf(CapabilityException.class);
        server.refusal = null;
        time.advance(Duration.ofMillis(499));
        assertThatThrownBy(this::acquire).isInstanceOf(CapabilityException.class);
        time.advance(Duration.ofMillis(1));

        assertThat(acquire().session().id()).isEqualTo("secret-2");
    }

    @Test
    void aFailureOfTheHandlerKeepsItsCode() {
        CapabilityException refused = new CapabilityException(ErrorCode.UPSTREAM_UNAUTHORIZED, "401");
        server.refusal = refused;

        assertThatThrownBy(this::acquire).isSameAs(refused);
    }

    @Test
    void anOpenThatHangsIsInterruptedWhenItsTimeIsUp() {
        pool = pool(limits(100, SHORT, LONG, 10));
        server.mayOpen = new CountDownLatch(1);

        assertThatThrownBy(this::acquire)
                .isInstanceOfSatisfying(
                        CapabilityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_UNAVAILABLE))
                .hasMessageContaining("longer than 20 ms");
        settle();
    }

    @Test
    void aSessionThatComesTooLateIsClosed() {
        pool = pool(limits(100, SHORT, LONG, 10));
        CountDownLatch answer = new CountDownLatch(1);
        SessionHandler deaf = new SessionHandler() {
            @Override
            public Session open() throws Exception {
                while (true) {
                    try {
                        answer.await();
                        return server.open();
                    } catch (InterruptedException ignored) {
                        // a client that does not listen
                    }
                }
            }

            @Override
            public void close(Session session, CloseReason reason) throws Exception {
                server.close(session, reason);
            }
        };
        assertThatThrownBy(() -> pool.acquire(KEY, DEFAULTS, deaf, Priority.MEDIUM, time.in(LONG), time.in(LONG)))
                .isInstanceOf(CapabilityException.class);
        answer.countDown();

        await().untilAsserted(() -> assertThat(server.closeReasons()).containsExactly(CloseReason.LATE));
        await().untilAsserted(() -> assertThat(pool.stats().live()).isZero());
    }

    @Test
    void anInterruptedCallerLeavesAndKeepsItsInterrupt() throws Exception {
        server.mayOpen = new CountDownLatch(1);
        Future<Boolean> interrupted = callers.one(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(this::acquire).isInstanceOf(CapabilityException.class);
            return Thread.currentThread().isInterrupted();
        });

        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void moreOpeningsThanThePoolHoldsAreRefused() throws Exception {
        pool = pool(limits(2, LONG, LONG, 10));
        server.mayOpen = new CountDownLatch(1);
        List<Future<Lease>> running = List.of(
                callers.one(() -> acquire(key("conversation:a", 1), DEFAULTS)),
                callers.one(() -> acquire(key("conversation:b", 1), DEFAULTS)));
        await().untilAsserted(() -> assertThat(server.opens).hasValue(2));

        assertThatThrownBy(() -> acquire(key("conversation:c", 1), DEFAULTS))
                .isInstanceOfSatisfying(
                        CapabilityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
        server.mayOpen.countDown();
        assertThat(Callers.results(running)).hasSize(2);
        assertThat(useOnce(key("conversation:c", 1))).isEqualTo("secret-3");
    }

    @Test
    void aSessionForOneCallIsNeverSharedAndEndsWithIt() {
        SessionSettings once = new SessionSettings(IDLE, MAX_AGE, 1, 0, true);
        Lease first = acquire(KEY, once);
        Lease second = acquire(KEY, once);
        assertThat(first.session().id()).isNotEqualTo(second.session().id());
        first.release();

        await().untilAsserted(() ->
                assertThat(server.closes).containsExactly(new FakeServer.Closed("secret-1", CloseReason.CALL_ENDED)));
        second.release();
        await().untilAsserted(() -> assertThat(pool.stats().live()).isZero());
    }

    @Test
    void aCallThatGaveUpOnItsOwnSessionLeavesNoneOpen() {
        server.mayOpen = new CountDownLatch(1);
        SessionSettings once = new SessionSettings(IDLE, MAX_AGE, 1, 0, true);
        assertThatThrownBy(() -> pool.acquire(KEY, once, server, Priority.MEDIUM, time.in(SHORT), time.in(SHORT)))
                .isInstanceOf(CapabilityException.class);
        server.mayOpen.countDown();

        await().untilAsserted(() -> assertThat(server.closeReasons()).containsExactly(CloseReason.CALL_ENDED));
    }

    @Test
    void keysShowNoSecret() {
        SessionKey key =
                new SessionKey("sample", "https://user:pw@example.org/a?token=t", "0123456789abcdef", 3, "shared");

        assertThat(key).hasToString("sample https://example.org/a credential 01234567 generation 3 scope shared");
    }
}
