package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BackOffTest extends PoolFixture {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    @Test
    void eachFailureInARowDoublesTheBackOffUpToItsBound() {
        server.refusal = new IOException("down");
        Duration expected = FIRST;
        for (int failures = 1; failures < 10; failures++) {
            assertTries(failures);
            time.advance(expected.minusNanos(1));
            assertTries(failures);
            time.advance(Duration.ofNanos(1));
            expected = expected.multipliedBy(2).compareTo(LONGEST) < 0 ? expected.multipliedBy(2) : LONGEST;
        }
        assertThat(expected).isEqualTo(LONGEST);
    }

    @Test
    void jitterShortensABackOffByAtMostHalf() {
        random = 0.999_999_999;
        server.refusal = new IOException("down");
        assertTries(1);
        time.advance(FIRST.dividedBy(2).minusMillis(1));
        assertTries(1);
        time.advance(Duration.ofMillis(2));
        assertTries(2);
    }

    @Test
    void afterTheBackOffExactlyOneCallerTriesAndTheOthersAreRefusedMeanwhile() throws Exception {
        server.refusal = new IOException("down");
        assertTries(1);
        server.refusal = null;
        time.advance(FIRST);
        server.mayOpen = new CountDownLatch(1);
        Future<Lease> trying = callers.one(this::acquire);
        await().until(() -> server.opens.get() == 2);
        for (int i = 0; i < 50; i++) {
            assertTries(2);
        }
        server.mayOpen.countDown();

        assertThat(trying.get().session().id()).isEqualTo("secret-2");
        assertThat(useOnce(KEY)).isEqualTo("secret-2");
    }

    @Test
    void ofCallersThatMeetTheEndOfABackOffTogetherOneTries() throws Exception {
        server.refusal = new IOException("down");
        assertTries(1);
        time.advance(FIRST);
        Callers.results(callers.together(100, () -> {
            assertThatThrownBy(this::acquire).isInstanceOf(CapabilityException.class);
            return true;
        }));

        assertThat(server.opens).hasValue(2);
    }

    @Test
    void aSuccessStartsTheBackOffAnew() {
        server.refusal = new IOException("down");
        for (int failures = 1; failures <= 4; failures++) {
            assertTries(failures);
            time.advance(LONGEST);
        }
        server.refusal = null;
        Lease lease = acquire();
        pool.discard(lease, CloseReason.LOST);
        lease.release();
        server.refusal = new IOException("down again");
        assertTries(6);
        time.advance(FIRST);
        assertTries(7);
    }

    @Test
    void aSizedPoolServesItsCallersThroughWhatItHasWhileOneTries() throws Exception {
        SessionSettings two = settings(2, 0);
        Lease first = acquire(KEY, two);
        server.refusal = new IOException("one session per user");
        assertThat(acquire(KEY, two).session()).isSameAs(first.session());
        time.advance(FIRST);
        server.mayOpen = new CountDownLatch(1);
        Future<Lease> trying = callers.one(() -> acquire(KEY, two));
        await().until(() -> server.opens.get() == 3);
        assertThat(acquire(KEY, two).session()).isSameAs(first.session());
        server.mayOpen.countDown();

        assertThat(trying.get().session()).isSameAs(first.session());
    }

    @Test
    void theStateOfAServerSaysSinceWhenItFailsAndWhy() {
        useOnce(key("conversation:a", 1));
        assertThat(pool.directory().servers())
                .containsExactly(new ServerState("sample", "https://example.org", 1, null, null));
        server.refusal = new CapabilityException(ErrorCode.UPSTREAM_UNAUTHORIZED, "401");
        assertThatThrownBy(this::acquire).isInstanceOf(CapabilityException.class);
        time.advance(LONGEST);
        server.refusal = new IOException("down");
        assertThatThrownBy(this::acquire).isInstanceOf(CapabilityException.class);
        time.advance(LONGEST);
        assertThat(pool.directory().servers())
                .containsExactly(new ServerState(
                        "sample", "https://example.org", 1, LONGEST.multipliedBy(2), ErrorCode.SESSION_UNAVAILABLE));
        server.refusal = null;
        useOnce(KEY);
        assertThat(pool.directory().servers())
                .containsExactly(new ServerState("sample", "https://example.org", 2, null, null));
        pool.close();
        assertThat(pool.directory().servers()).isEmpty();
    }

    private void assertTries(int count) {
        assertThatThrownBy(this::acquire).isInstanceOfSatisfying(CapabilityException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.SESSION_UNAVAILABLE));
        assertThat(server.opens).hasValue(count);
    }

    private void assertRefused(SessionKey key, SessionSettings settings, int opens) {
        assertThatThrownBy(() -> acquire(key, settings)).isInstanceOf(CapabilityException.class);
        assertThat(server.opens).hasValue(opens);
    }

    @Test
    void aServerThatIsNotReachedIsTriedOnceForAllItsKeys() throws Exception {
        server.refusal = new IOException("down");
        assertRefused(key("caller:a", 1), DEFAULTS, 1);
        assertRefused(key("caller:b", 1), DEFAULTS, 1);
        time.advance(FIRST);
        AtomicInteger number = new AtomicInteger();
        Callers.results(callers.together(100, () -> {
            SessionKey own = key("caller:" + number.incrementAndGet(), 1);
            assertThatThrownBy(() -> acquire(own, DEFAULTS)).isInstanceOf(CapabilityException.class);
            return true;
        }));
        assertThat(server.opens).hasValue(2);
        server.refusal = null;
        time.advance(LONGEST);
        assertThat(useOnce(key("caller:a", 1))).isEqualTo("secret-3");
        assertThat(useOnce(key("caller:b", 1))).isEqualTo("secret-4");
    }

    @Test
    void aServerThatIsNotReachedHarmsNoOther() {
        SessionKey other = new SessionKey("sample", "https://example.net/", "0123456789abcdef", 1, "shared");
        server.refusal = new CapabilityException(ErrorCode.UPSTREAM_UNAVAILABLE, "refused the connection");
        assertRefused(KEY, DEFAULTS, 1);
        server.refusal = null;

        assertThat(useOnce(other)).isEqualTo("secret-2");
    }

    @Test
    void aKeyThatIsRefusedHarmsNoOther() {
        server.refusal = new CapabilityException(ErrorCode.UPSTREAM_UNAUTHORIZED, "401");
        assertRefused(key("caller:a", 1), DEFAULTS, 1);
        assertRefused(key("caller:a", 1), DEFAULTS, 1);
        server.refusal = null;

        assertThat(useOnce(key("caller:b", 1))).isEqualTo("secret-2");
        assertRefused(key("caller:a", 1), DEFAULTS, 2);
    }

    @Test
    void failuresOfSessionsForOneCallCountToo() {
        SessionSettings once = DEFAULTS.forOneCall();
        server.refusal = new IOException("down");
        assertRefused(KEY, once, 1);
        assertRefused(KEY, once, 1);
        time.advance(FIRST);
        assertRefused(KEY, once, 2);
        server.refusal = null;
        time.advance(FIRST.multipliedBy(2));

        assertThat(acquire(KEY, once).session().id()).isEqualTo("secret-3");
    }

    @Test
    void openingsThatFailTogetherAreOneFailure() throws Exception {
        server.refusal = new IOException("down");
        server.mayOpen = new CountDownLatch(1);
        List<Future<Lease>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            SessionKey key = key("caller:" + i, 1);
            calls.add(callers.one(() -> acquire(key, DEFAULTS)));
        }
        await().until(() -> server.opens.get() == 10);
        server.mayOpen.countDown();
        assertThat(calls).allSatisfy(call -> assertThatThrownBy(call::get).hasMessageContaining("down"));
        time.advance(FIRST);

        assertRefused(KEY, DEFAULTS, 11);
    }
}
