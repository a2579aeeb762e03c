package dev.serai.kafka;

import dev.serai.delivery.DeadLetterException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * Sends a letter once more and its mark, in one transaction. All gateways of a group share the transactional id: who begins
 * fences off the others, so a letter that was looked at after the beginning is replayed by one of them only.
 */
final class Replayer implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final KafkaOptions options;
    private final ClientSettings settings;
    private @Nullable Producer<byte[], byte[]> producer;

    Replayer(KafkaOptions options, ClientSettings settings) {
        this.options = options;
        this.settings = settings;
    }

    /** What is to be sent; empty where the letter is no more. */
    interface Look {
        List<ProducerRecord<byte[], byte[]>> now() throws DeadLetterException;
    }

    /** Says whether there was anything to be sent. */
    synchronized boolean replay(Look look) throws DeadLetterException {
        try {
            try {
                return attempt(look);
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                // Another gateway has replayed something since: what was to be done may be done.
                close();
                return attempt(look);
            }
        } catch (KafkaException e) {
            close();
            throw new DeadLetterException(
                    "whether it was replayed is not known: " + Failures.words(e, options.servers())
                            + "; list the letters again",
                    e);
        }
    }

    private boolean attempt(Look look) throws DeadLetterException {
        Producer<byte[], byte[]> used = producer;
        if (used == null) {
            used = new KafkaProducer<>(settings.replayer());
            producer = used;
            used.initTransactions();
        }
        List<ProducerRecord<byte[], byte[]>> records = look.now();
        if (records.isEmpty()) {
            return false;
        }
        used.beginTransaction();
        for (ProducerRecord<byte[], byte[]> outgoing : records) {
            var unused = used.send(outgoing);
        }
        // Fails where a send has failed.
        used.commitTransaction();
        return true;
    }

    /** The next replay begins anew; what has not been committed is taken back by the broker. */
    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(CLOSE);
            producer = null;
        }
    }
}
