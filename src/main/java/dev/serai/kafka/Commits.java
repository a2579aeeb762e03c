package dev.serai.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How a member of the group commits that records have ended. The poll thread's, but for {@link #settle}. */
interface Commits extends AutoCloseable {
    /**
     * The call of a record has ended; by any thread.
     *
     * @param over told once whether the record has ended with it
     */
    void settle(Work work, Consumer<Boolean> over);

    /** Whether calls wait for the next turn. */
    boolean areAwaited();

    /** Commits what has ended of the partitions that the member has, where that is due. */
    void turn(Collection<Partition> partitions);

    /** The same while some of them wait for their calls, before they go. */
    void drain(Collection<Partition> partitions);

    /** The last commit of partitions that go. */
    void last(Collection<Partition> gone);

    @Override
    void close();

    /** What has changed since it was asked for. */
    static Map<TopicPartition, OffsetAndMetadata> due(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, Collection<Partition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        for (Partition partition : partitions) {
            OffsetAndMetadata offset = partition.due(() -> consumer.position(partition.name()));
            if (offset != null) {
                due.put(partition.name(), offset);
            }
        }
        return due;
    }
}
