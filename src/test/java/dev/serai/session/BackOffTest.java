package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
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
}
