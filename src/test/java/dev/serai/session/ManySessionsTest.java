package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same at full size is bench/sessions. */
@Timeout(120)
class ManySessionsTest extends PoolFixture {
    private static final int MANY = 5_000;
    private static final int CLOSES_AT_A_TIME = 8;
    /**
     * Beside the threads of the closings there is that of an opening, and those which have told the end of their closing,
     * so that the next has begun elsewhere, but are not back in the pool yet: as many as the machine lets wait.
     */
    private static final int FEW = 10 * CLOSES_AT_A_TIME;

    @Test
    void sessionsThatExpireTogetherAreAllClosedAFewAtATimeAndNobodyWaits() {
        pool = pool(limits(2 * MANY, LONG, LONG, 10));
        Set<String> opened = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < MANY; i++) {
            opened.add(useOnce(key("caller:" + i, 1)));
        }
        settle();
        int threads = executor.getLargestPoolSize();
        time.advance(IDLE.plusSeconds(1));
        String fresh = useOnce(KEY);

        assertThat(opened).hasSize(MANY).doesNotContain(fresh);
        await().untilAsserted(() -> assertThat(server.closes).hasSize(MANY));
        assertThat(server.closeReasons()).containsOnly(CloseReason.IDLE);
        assertThat(server.mostCloses).hasValueBetween(1, CLOSES_AT_A_TIME);
        assertThat(executor.getLargestPoolSize()).isLessThanOrEqualTo(threads + FEW);
        await().until(() -> pool.stats().live() == 1);
    }
}
