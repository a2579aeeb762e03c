package dev.serai.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.kafka.KafkaGroup;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What must not run twice, with gateways that share in Redis what has been here. */
@Tag("integration")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KafkaKillTest {
    private static final int RECORDS = 1_500;
    /** What the killed gateway had in progress at most. */
    private static final int IN_PROGRESS = 8;

    @TempDir
    Path folder;

    @Test
    void afterAKillNothingRunsTwiceAndWhatMayHaveRunIsFlagged() throws Exception {
        try (RedisServer redis = RedisServer.start(folder);
                KafkaGroup group = new KafkaGroup(
                        folder,
                        RECORDS,
                        false,
                        Map.of("serai.delivery.store", "redis", "serai.store.redis-url", redis.url()),
                        Map.of("SERAI_STORE_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="))) {
            group.run();
            assertThat(group.lost()).isEmpty();
            assertThat(group.moreThanOnce()).isEmpty();
            assertThat(group.outOfOrder()).isEmpty();
            assertThat(group.errorCodes()).containsOnly("outcome_unknown").hasSizeBetween(1, IN_PROGRESS);
            assertThat(group.done()).isGreaterThanOrEqualTo(group.records() - IN_PROGRESS);
        }
    }
}
