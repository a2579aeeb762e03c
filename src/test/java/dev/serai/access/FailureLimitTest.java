package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailureLimitTest {
    private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
    private final FailureLimit limit = new FailureLimit(3, Duration.ofSeconds(10), now::get);

    private void pass(long seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private void fail(String peer, int times) {
        for (int i = 0; i < times; i++) {
            limit.record(peer);
        }
    }

    @Test
    void aBurstIsFreeAndThenOneFailurePerInterval() {
        fail("192.0.2.1", 2);
        assertThat(limit.waitNanos("192.0.2.1")).isZero();
        assertThat(limit.record("192.0.2.1")).isTrue();
        assertThat(limit.waitNanos("192.0.2.1"))
                .isEqualTo(Duration.ofSeconds(10).toNanos());
        pass(10);
        assertThat(limit.waitNanos("192.0.2.1")).isZero();
        assertThat(limit.record("192.0.2.1")).isTrue();
        pass(30);
        assertThat(limit.record("192.0.2.1")).isFalse();
    }

    @Test
    void failuresBeyondTheBurstDoNotMakeTheWaitLonger() {
        fail("192.0.2.1", 100);
        assertThat(limit.waitNanos("192.0.2.1"))
                .isEqualTo(Duration.ofSeconds(10).toNanos());
    }

    @Test
    void addressesDoNotShareUnlessTheyAreOneNetworkOfIpv6() {
        fail("192.0.2.1", 3);
        assertThat(limit.waitNanos("192.0.2.2")).isZero();
        fail("2001:db8:1:1::1", 3);
        assertThat(limit.waitNanos("2001:db8:1:1:ffff::2%eth0")).isPositive();
        assertThat(limit.waitNanos("2001:db8:1:2::1")).isZero();
        fail("unknown", 3);
        assertThat(limit.waitNanos("unknown")).isPositive();
    }

    @Test
    void theMapOfAddressesIsBounded() {
        for (int i = 0; i < 120_000; i++) {
            limit.record("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255));
        }
        assertThat(limit.size()).isLessThanOrEqualTo(50_000);
    }
}
