package dev.serai.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Bounds what is taken and unfinished by pausing partitions; the poll thread's. */
final class BackPressure {
    private final Consumer<byte[], byte[]> consumer;
    private final KafkaOptions.Limits limits;
    private final KafkaStats stats;

    BackPressure(Consumer<byte[], byte[]> consumer, KafkaOptions.Limits limits, KafkaStats stats) {
        this.consumer = consumer;
        this.limits = limits;
        this.stats = stats;
    }

    /** Pauses partitions that are too far ahead, or all, and resumes the others; says whether any is paused. */
    boolean apply(Collection<Partition> partitions, boolean all) {
        long share = limits.maxBuffered() / Math.max(1, partitions.size());
        Set<TopicPartition> paused = consumer.paused();
        List<TopicPartition> stop = new ArrayList<>();
        List<TopicPartition> go = new ArrayList<>();
        long buffered = 0;
        int waiting = 0;
        for (Partition partition : partitions) {
            buffered += partition.bytes();
            boolean full = all || partition.ahead() >= limits.ahead() || partition.bytes() >= share;
            waiting += full ? 1 : 0;
            if (full != paused.contains(partition.name())) {
                (full ? stop : go).add(partition.name());
            }
        }
        if (!stop.isEmpty()) {
            consumer.pause(stop);
        }
        if (!go.isEmpty()) {
            consumer.resume(go);
        }
        stats.buffered = buffered;
        stats.paused = waiting;
        stats.partitions = partitions.size();
        return waiting > 0;
    }
}
