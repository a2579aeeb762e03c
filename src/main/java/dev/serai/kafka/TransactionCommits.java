package dev.serai.kafka;

import dev.serai.invocation.Traces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what has become of records, and that they have ended, in one transaction: a reader of committed records sees
 * either both or none. Source: KIP-447.
 */
final class TransactionCommits implements Commits {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionCommits.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Queue<Settled> handedIn = new ConcurrentLinkedQueue<>();
    /** Refused the last time; the poll thread's. */
    private final List<Settled> waiting = new ArrayList<>();

    private volatile boolean broken;

    private record Settled(Work work, java.util.function.Consumer<Boolean> over) {}

    /** @throws KafkaException where the broker gives no transactional id */
    TransactionCommits(Consumer<byte[], byte[]> consumer, ClientSettings settings) {
        this.consumer = consumer;
        producer = new KafkaProducer<>(settings.transactions());
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    @Override
    public void settle(Work work, java.util.function.Consumer<Boolean> over) {
        handedIn.add(new Settled(work, over));
        if (broken) {
            discard();
        }
    }

    private void discard() {
        for (Settled next = handedIn.poll(); next != null; next = handedIn.poll()) {
            next.over.accept(false);
        }
    }

    @Override
    public boolean areAwaited() {
        return true;
    }

    @Override
    public void turn(Collection<Partition> partitions) {
        commit(partitions);
    }

    @Override
    public void drain(Collection<Partition> partitions) {
        commit(partitions);
    }

    @Override
    public void last(Collection<Partition> gone) {
        // What has ended is committed; nothing else may be.
    }

    /**
     * Commits all that has been handed in. What the group refuses because its members change just now waits for the next
     * time, when this one knows its new generation.
     *
     * @throws KafkaException where that failed: nothing of it has happened, and no other transaction can
     */
    private void commit(Collection<Partition> partitions) {
        List<Settled> batch = takeAll();
        if (batch.isEmpty()) {
            return;
        }
        try {
            batch.forEach(settled -> settled.work.slot.done = true);
            // A transaction that was taken back has committed nothing that was asked for.
            partitions.forEach(Partition::notCommitted);
            Map<TopicPartition, OffsetAndMetadata> offsets = Commits.due(consumer, partitions);
            while (!attempt(batch, offsets)) {
                LOG.debug("again, with a shorter record instead of one that its topic does not take");
            }
        } catch (CommitFailedException e) {
            waiting.addAll(batch);
            producer.abortTransaction();
            return;
        } catch (KafkaException | IllegalStateException e) {
            broken = true;
            abort();
            discard();
            over(batch, false);
            throw e;
        }
        batch.forEach(settled -> settled.work.drafts.forEach(Draft::sent));
        over(batch, true);
    }

    private List<Settled> takeAll() {
        List<Settled> all = new ArrayList<>(waiting);
        waiting.clear();
        for (Settled next = handedIn.poll(); next != null; next = handedIn.poll()) {
            all.add(next);
        }
        List<Settled> gone = all.stream()
                .filter(settled -> broken || settled.work.partition.isLost())
                .toList();
        all.removeAll(gone);
        over(gone, false);
        return all;
    }

    private static void over(List<Settled> some, boolean committed) {
        some.forEach(settled -> settled.over.accept(committed));
    }

    /** Whether it is committed; if not, one that is too large has become shorter. */
    private boolean attempt(List<Settled> batch, Map<TopicPartition, OffsetAndMetadata> offsets) {
        List<Draft> drafts = new ArrayList<>();
        batch.forEach(settled -> drafts.addAll(settled.work.drafts));
        producer.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        @Nullable KafkaException failure = null;
        for (Draft draft : drafts) {
            try {
                sent.add(producer.send(draft.outgoing()));
            } catch (KafkaException e) {
                // After one that is too large it takes no other; those that it took say which that was.
                failure = e;
                break;
            }
        }
        producer.flush();
        List<Draft> refused = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            Throwable cause = failure(sent.get(i));
            if (cause instanceof RecordTooLargeException && !drafts.get(i).isLess()) {
                refused.add(drafts.get(i));
            } else if (cause != null && failure == null) {
                failure = new KafkaException("a record was not sent", cause);
            }
        }
        if (!refused.isEmpty()) {
            // What waited behind it fails for the same reason.
            Collections.max(refused, Comparator.comparingInt(Draft::size)).shorten();
            producer.abortTransaction();
            return false;
        }
        if (failure != null) {
            throw failure;
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        producer.commitTransaction();
        return true;
    }

    /** Of a send that is over. */
    private static @Nullable Throwable failure(Future<RecordMetadata> sent) {
        try {
            var unused = sent.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** So that readers of committed records do not wait until the broker does it. */
    private void abort() {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("the broker takes back a transaction later: {}", Traces.of(e));
        }
    }

    @Override
    public void close() {
        broken = true;
        discard();
        over(List.copyOf(waiting), false);
        waiting.clear();
        producer.close(CLOSE);
    }
}
