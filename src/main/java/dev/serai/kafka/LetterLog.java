package dev.serai.kafka;

import dev.serai.delivery.DeadLetter;
import dev.serai.delivery.DeadLetterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The topic of dead letters, read from its beginning to what was its end when asked, for a bounded time and as no member of
 * any group. What has been replayed is known from marks in the topic itself, of which those read before are kept.
 */
final class LetterLog {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long MOST_NANOS = Duration.ofSeconds(30).toNanos();

    private final KafkaOptions options;
    private final ClientSettings settings;
    private final Map<TopicPartition, Marks> marks = new HashMap<>();

    /** Which letters of a partition have been replayed, as far as it has been read. */
    private static final class Marks {
        final long base;
        final BitSet replayed = new BitSet();
        long next;

        Marks(long base) {
            this.base = base;
            this.next = base;
        }

        void add(long offset) {
            if (offset >= base && offset - base < Integer.MAX_VALUE) {
                replayed.set((int) (offset - base));
            }
        }

        boolean has(long offset) {
            return offset >= base && offset - base < Integer.MAX_VALUE && replayed.get((int) (offset - base));
        }
    }

    /** What is asked of the topic, in one go. */
    private interface Reading<T> {
        T of(Consumer<byte[], byte[]> consumer, long deadline) throws DeadLetterException;
    }

    LetterLog(KafkaOptions options, ClientSettings settings) {
        this.options = options;
        this.settings = settings;
    }

    /** The oldest of each partition first, the partitions one after the other. */
    List<DeadLetter> list(String channel, @Nullable TopicPartition after, long afterOffset, int limit)
            throws DeadLetterException {
        return read((consumer, deadline) -> {
            List<DeadLetter> letters = new ArrayList<>();
            for (TopicPartition partition : partitions(consumer)) {
                if (letters.size() == limit || (after != null && partition.partition() < after.partition())) {
                    continue;
                }
                Marks known = marks(consumer, partition, deadline);
                long from = partition.equals(after) ? Math.max(known.base, afterOffset + 1) : known.base;
                scan(consumer, partition, from, known.next, deadline, found -> {
                    if (Letters.replayed(found) == null && !known.has(found.offset())) {
                        letters.add(Letters.letter(channel, found, false));
                    }
                    return letters.size() < limit;
                });
            }
            return letters;
        });
    }

    /** The letter there; {@code null} where none is, or it has been replayed. */
    @Nullable
    ConsumerRecord<byte[], byte[]> find(TopicPartition partition, long offset) throws DeadLetterException {
        List<ConsumerRecord<byte[], byte[]>> hits = read((consumer, deadline) -> {
            List<ConsumerRecord<byte[], byte[]>> hit = new ArrayList<>(1);
            if (!partitions(consumer).contains(partition)) {
                return hit;
            }
            Marks known = marks(consumer, partition, deadline);
            if (offset < known.base || offset >= known.next || known.has(offset)) {
                return hit;
            }
            scan(consumer, partition, offset, offset + 1, deadline, found -> {
                if (found.offset() == offset && Letters.replayed(found) == null) {
                    hit.add(found);
                }
                return false;
            });
            return hit;
        });
        return hits.isEmpty() ? null : hits.get(0);
    }

    private synchronized <T> T read(Reading<T> reading) throws DeadLetterException {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.reader("dead-letters"))) {
            return reading.of(consumer, System.nanoTime() + MOST_NANOS);
        } catch (KafkaException e) {
            throw new DeadLetterException(
                    "the dead letters cannot be read: " + Failures.words(e, options.servers()), e);
        }
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(options.topics().deadLetters()).stream()
                .mapToInt(PartitionInfo::partition)
                .sorted()
                .mapToObj(number -> new TopicPartition(options.topics().deadLetters(), number))
                .toList();
    }

    /** Up to date with the topic's end. */
    private Marks marks(Consumer<byte[], byte[]> consumer, TopicPartition partition, long deadline)
            throws DeadLetterException {
        List<TopicPartition> one = List.of(partition);
        long begin = consumer.beginningOffsets(one).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(one).getOrDefault(partition, 0L);
        Marks known = marks.get(partition);
        if (known == null || end < known.next || begin > known.next) {
            // New here, or the topic has been made anew.
            known = new Marks(begin);
            marks.put(partition, known);
        }
        Marks filled = known;
        scan(consumer, partition, Math.max(begin, filled.next), end, deadline, found -> {
            Long letter = Letters.replayed(found);
            if (letter != null) {
                filled.add(letter);
            }
            return true;
        });
        filled.next = end;
        return filled;
    }

    /** Shows each record from one offset to before another, until one is enough. */
    private void scan(
            Consumer<byte[], byte[]> consumer,
            TopicPartition partition,
            long from,
            long to,
            long deadline,
            Predicate<ConsumerRecord<byte[], byte[]>> each)
            throws DeadLetterException {
        if (from >= to) {
            return;
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        while (consumer.position(partition) < to) {
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                if (found.offset() >= to || !each.test(found)) {
                    return;
                }
            }
            if (System.nanoTime() - deadline > 0) {
                throw new DeadLetterException(
                        "the dead letters were not read to their end within 30 s, up to " + consumer.position(partition)
                                + " of " + to + " in partition " + partition.partition(),
                        new IllegalStateException("too slow"));
            }
        }
    }
}
