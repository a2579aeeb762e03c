package dev.serai.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways that join, leave and are killed; with {@code -Dkafka.records=100000} as many. */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class KafkaGroupTest {
    private static final int RECORDS = Integer.getInteger("kafka.records", 1_500);
    /** What three gateways have in progress at once. */
    private static final int IN_PROGRESS = 24;

    @TempDir
    Path folder;

    @Test
    void noRecordIsLostTheOrderOfKeysIsKeptAndOnlyAKillRepeatsWhatMayRunTwice() throws Exception {
        try (KafkaGroup group = new KafkaGroup(folder, RECORDS, true, Map.of(), Map.of())) {
            group.run();
            assertThat(group.lost()).isEmpty();
            assertThat(group.errorCodes()).isEmpty();
            assertThat(group.outOfOrder()).isEmpty();
            assertThat(group.done()).isEqualTo(group.records());
            // What the killed one had begun, and what it had ended since its last commit behind its oldest one.
            assertThat(group.again()).isLessThanOrEqualTo(group.records() / 5);
            assertThat(group.moreThanOnce().size()).isLessThanOrEqualTo(group.again() + IN_PROGRESS);
        }
    }
}
