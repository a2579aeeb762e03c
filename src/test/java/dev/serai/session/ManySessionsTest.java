package dev.serai.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same at full size is bench/sessions. */
@Timeout(60)
class ManySessionsTest extends PoolFixture {
    private static final int MANY = 5_000;
    private static final int CLOSES_AT_A_TIME = 8;

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
        assertThat(executor.getLargestPoolSize()).isLessThanOrEqualTo(threads + 2 * CLOSES_AT_A_TIME);
        assertThat(pool.stats().live()).isEqualTo(1);
    }
}
