package dev.serai.observe;

import dev.serai.kafka.KafkaLink;
import dev.serai.kafka.KafkaStats;

/** How the entry from Kafka does. */
public final class KafkaMetrics {
    private KafkaMetrics() {}

    public static void bind(Metrics metrics, KafkaLink kafka) {
        KafkaStats stats = kafka.stats();
        metrics.gauge("serai.kafka.up", "1 while the broker can be worked with", () -> kafka.isUp() ? 1 : 0);
        metrics.counter("serai.kafka.records", "Records taken, again ones included", stats::taken);
        metrics.counter("serai.kafka.answers", "Answers sent", stats::answered);
        metrics.counter("serai.kafka.dead.letters", "Dead letters sent", stats::deadLetters);
        metrics.counter(
                "serai.kafka.failures",
                "Calls and sends that the gateway or the broker failed, and that are tried again",
                stats::failures);
        metrics.counter("serai.kafka.rebalances", "How often partitions came or went", stats::rebalances);
        metrics.counter("serai.kafka.commit.failures", "Commits that failed", stats::commitFailures);
        metrics.gauge("serai.kafka.partitions", "Partitions that this gateway has", stats::partitions);
        metrics.gauge("serai.kafka.paused", "Of them, those that wait for calls to end", stats::paused);
        metrics.gauge("serai.kafka.in.flight", "Calls of records in progress", stats::running);
        metrics.gauge("serai.kafka.buffered.bytes", "Bytes of records taken and unfinished", stats::buffered);
        metrics.gauge("serai.kafka.lag", "Records of these partitions not taken yet", stats::lag);
    }
}
