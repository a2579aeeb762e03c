package dev.serai.kafka;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** One record on its way through the gateway; touched by one thread at a time, apart from its {@link Slot}. */
final class Work {
    /** What a record takes beside its bytes, about. */
    private static final int OVERHEAD = 256;

    final ConsumerRecord<byte[], byte[]> taken;
    final Partition partition;
    final Slot slot;
    /** Records of one lane go one after the other. One without a key has a lane of its own. */
    final Object lane;

    final long bytes;

    /** How often it failed here. */
    int failures;

    /** What is to be sent of it where transactions commit it. */
    List<Draft> drafts = List.of();

    /** The place of a record in the order of its partition, kept until its offset is committed. */
    static final class Slot {
        final long offset;
        volatile boolean done;

        Slot(long offset) {
            this.offset = offset;
        }
    }

    Work(ConsumerRecord<byte[], byte[]> taken, Partition partition) {
        this.taken = taken;
        this.partition = partition;
        this.slot = new Slot(taken.offset());
        this.lane = taken.key() == null ? this : ByteBuffer.wrap(taken.key());
        this.bytes = size(taken);
    }

    private static long size(ConsumerRecord<byte[], byte[]> taken) {
        long bytes =
                OVERHEAD + (long) Math.max(0, taken.serializedKeySize()) + Math.max(0, taken.serializedValueSize());
        for (Header header : taken.headers()) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }
}
