package dev.serai.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A membership in the consumer group: the assigned partitions, from the first poll to the last commit. One thread's. */
final class Membership implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** While a partition waits for calls to end, or what they end with waits to be committed. */
    private static final Duration POLL_SOON = Duration.ofMillis(10);

    /** Longer than a broker takes to end the transaction of a member that was killed. */
    private static final Duration READ_COMMIT = Duration.ofSeconds(30);

    private static final long LAG_NANOS = 1_000_000_000;
    private static final long LOOK_NANOS = 5_000_000;

    private final Consumer<byte[], byte[]> consumer;
    private final KafkaLink link;
    private final KafkaOptions.Limits limits;
    private final Calls calls;
    private final BackPressure backPressure;
    private final Commits commits;
    private final Map<TopicPartition, Partition> partitions = new HashMap<>();
    private long lagNanos = System.nanoTime();
    private boolean taking;

    /** @throws KafkaException where the broker does not let it commit as the settings say */
    Membership(Consumer<byte[], byte[]> consumer, KafkaLink link, Calls calls) {
        this.consumer = consumer;
        this.link = link;
        this.limits = link.options().limits();
        this.calls = calls;
        this.commits = link.options().exactlyOnce()
                ? new TransactionCommits(consumer, link.settings())
                : new OffsetCommits(consumer, link.stats());
        this.backPressure = new BackPressure(consumer, limits, link.stats());
        consumer.subscribe(List.of(link.options().topics().invocations()), this);
    }

    /** Takes what has come, and commits what has ended. */
    void turn(boolean suspended) {
        calls.retryDue();
        boolean waiting = backPressure.apply(partitions.values(), suspended);
        link.stats().running = calls.running();
        boolean soon = waiting || (commits.areAwaited() && calls.running() > 0);
        ConsumerRecords<byte[], byte[]> records = consumer.poll(soon ? POLL_SOON : POLL);
        for (TopicPartition name : records.partitions()) {
            Partition partition = partitions.get(name);
            if (partition != null) {
                take(partition, records.records(name));
            }
        }
        commits.turn(partitions.values());
        long now = System.nanoTime();
        if (now - lagNanos >= LAG_NANOS) {
            lagNanos = now;
            measureLag();
        }
        if (!taking && consumer.groupMetadata().generationId() >= 0) {
            taking = true;
            link.state().fine(LinkState.Part.TAKING);
        }
    }

    private void take(Partition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (partition.isTooFar(record.offset())) {
                consumer.seek(partition.name(), record.offset());
                return;
            }
            if (partition.add(record)) {
                link.stats().taken.increment();
            }
        }
    }

    private void measureLag() {
        long lag = 0;
        for (TopicPartition name : partitions.keySet()) {
            lag += consumer.currentLag(name).orElse(0);
        }
        link.stats().lag = lag;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> names) {
        if (!names.isEmpty()) {
            link.stats().rebalances.increment();
            LOG.debug("assigned: {}", names);
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(new HashSet<>(names), READ_COMMIT);
            names.forEach(
                    name -> partitions.put(name, new Partition(name, earlier(committed.get(name)), calls, commits)));
        }
    }

    private static Handover earlier(@Nullable OffsetAndMetadata committed) {
        return committed == null ? Handover.nothing() : Handover.read(committed.offset(), committed.metadata());
    }

    /** Keeps them until their calls in progress have ended, for a bounded time, so that the next owner repeats none. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> names) {
        List<Partition> gone = remove(names);
        if (gone.isEmpty()) {
            return;
        }
        link.stats().rebalances.increment();
        List<Partition> all = new ArrayList<>(gone);
        all.addAll(partitions.values());
        long deadline = System.nanoTime() + limits.drainTimeout().toNanos();
        while (gone.stream().anyMatch(partition -> partition.running() > 0)
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            calls.retryDue();
            LockSupport.parkNanos(LOOK_NANOS);
            commits.drain(all);
        }
        gone.forEach(Partition::lose);
        commits.last(gone);
    }

    /** Another gateway has them already: there is nothing to commit. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> names) {
        LOG.debug("lost: {}", names);
        link.stats().rebalances.increment();
        remove(names).forEach(Partition::lose);
        calls.retryDue();
    }

    private List<Partition> remove(Collection<TopicPartition> names) {
        List<Partition> gone = new ArrayList<>();
        for (TopicPartition name : new HashSet<>(names)) {
            Partition partition = partitions.remove(name);
            if (partition != null) {
                partition.release();
                gone.add(partition);
            }
        }
        return gone;
    }

    /** To be called before the consumer is closed, whatever has happened. */
    void leave() {
        try {
            onPartitionsRevoked(Set.copyOf(partitions.keySet()));
            calls.retryDue();
        } finally {
            commits.close();
            idle();
        }
    }

    private void idle() {
        KafkaStats stats = link.stats();
        stats.partitions = 0;
        stats.paused = 0;
        stats.buffered = 0;
        stats.lag = 0;
        stats.running = calls.running();
    }
}
