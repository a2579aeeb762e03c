package dev.serai.kafka;

import dev.serai.invocation.Traces;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits offsets ten times a second, after the broker has what became of their records. */
final class OffsetCommits implements Commits {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);
    private static final Duration LAST_COMMIT = Duration.ofSeconds(5);
    private static final long COMMIT_NANOS = 100_000_000;

    private final Consumer<byte[], byte[]> consumer;
    private final KafkaStats stats;
    private long committedNanos = System.nanoTime();
    private boolean handsOver = true;

    OffsetCommits(Consumer<byte[], byte[]> consumer, KafkaStats stats) {
        this.consumer = consumer;
        this.stats = stats;
    }

    @Override
    public void settle(Work work, java.util.function.Consumer<Boolean> over) {
        over.accept(true);
    }

    @Override
    public boolean areAwaited() {
        return false;
    }

    @Override
    public void turn(Collection<Partition> partitions) {
        long now = System.nanoTime();
        if (now - committedNanos < COMMIT_NANOS) {
            return;
        }
        committedNanos = now;
        Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
        if (!due.isEmpty()) {
            List<Partition> asked = List.copyOf(partitions);
            consumer.commitAsync(due, (offsets, failure) -> {
                if (failure != null) {
                    failed(offsets.keySet(), failure);
                    asked.forEach(Partition::notCommitted);
                }
            });
        }
    }

    @Override
    public void drain(Collection<Partition> partitions) {
        // The last commit is enough.
    }

    @Override
    public void last(Collection<Partition> gone) {
        if (!commitNow(gone) && !handsOver) {
            commitNow(gone);
        }
    }

    private boolean commitNow(Collection<Partition> gone) {
        gone.forEach(Partition::notCommitted);
        Map<TopicPartition, OffsetAndMetadata> due = due(gone);
        LOG.debug("given up, with: {}", due);
        try {
            if (!due.isEmpty()) {
                consumer.commitSync(due, LAST_COMMIT);
            }
            return true;
        } catch (KafkaException e) {
            failed(due.keySet(), e);
            return false;
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> due(Collection<Partition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> due = Commits.due(consumer, partitions);
        if (!handsOver) {
            due.replaceAll((name, whole) -> new OffsetAndMetadata(whole.offset()));
        }
        return due;
    }

    private void failed(Collection<TopicPartition> names, Exception failure) {
        stats.commitFailures.increment();
        LOG.debug("a commit of {} failed: {}", names, Traces.of(failure));
        if (failure instanceof OffsetMetadataTooLarge && handsOver) {
            handsOver = false;
            LOG.warn(
                    "Kafka: the broker takes less metadata with a commit than expected (offset.metadata.max.bytes:"
                            + " expected at least 4096); what has ended out of order comes again when its partition changes hands");
        }
    }

    @Override
    public void close() {
        // The consumer is its member's.
    }
}
