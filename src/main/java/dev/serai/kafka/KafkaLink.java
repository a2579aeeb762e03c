package dev.serai.kafka;

import dev.serai.loop.Workers;
import java.time.Duration;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;

/** What the routes of the entry share: the settings, the producer, and how the broker does. Idle until a route starts. */
public final class KafkaLink implements AutoCloseable {
    /** What it is bound as. */
    public static final String NAME = "kafka-link";

    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final KafkaOptions options;
    private final ClientSettings settings;
    private final Workers workers;
    private final KafkaStats stats = new KafkaStats();
    private final LinkState state;
    private @Nullable LinkWatch watch;
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean closed;

    /** @throws IllegalArgumentException where the file of client properties cannot be read */
    public KafkaLink(KafkaOptions options, Workers workers) {
        this.options = options;
        this.settings = new ClientSettings(options);
        this.workers = workers;
        this.state =
                new LinkState("takes calls from the topic " + options.topics().invocations() + " at "
                        + options.servers() + " as a member of the group "
                        + options.topics().group());
    }

    KafkaOptions options() {
        return options;
    }

    ClientSettings settings() {
        return settings;
    }

    Workers workers() {
        return workers;
    }

    LinkState state() {
        return state;
    }

    public KafkaStats stats() {
        return stats;
    }

    /** Whether the broker is there with all topics, and records are taken and answered. */
    public boolean isUp() {
        return state.isUp();
    }

    /** Begins to look at the broker. */
    synchronized void start() {
        if (watch == null && !closed) {
            watch = new LinkWatch(options, settings, state);
            watch.start();
        }
    }

    /**
     * Hands a record to the broker. May wait a little for a place, or for the broker's first answer.
     *
     * @param done called once, on a thread of the client: it must not block
     */
    void send(ProducerRecord<byte[], byte[]> outgoing, Callback done) {
        try {
            Producer<byte[], byte[]> used = producer();
            var unused = used.send(outgoing, (metadata, failure) -> {
                note(used, failure);
                done.onCompletion(metadata, failure);
            });
        } catch (KafkaException | IllegalStateException e) {
            state.failing(LinkState.Part.ANSWERING, Failures.words(e, options.servers()));
            done.onCompletion(null, e);
        }
    }

    private void note(Producer<byte[], byte[]> used, @Nullable Exception failure) {
        if (failure == null) {
            if (!state.isUp()) {
                state.fine(LinkState.Part.ANSWERING);
            }
        } else if (!(failure instanceof RecordTooLargeException)) {
            state.failing(LinkState.Part.ANSWERING, Failures.words(failure, options.servers()));
            if (!(failure instanceof RetriableException) && !(failure instanceof TopicAuthorizationException)) {
                replace(used);
            }
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (closed) {
            throw new IllegalStateException("the gateway ends");
        }
        if (producer == null) {
            producer = new KafkaProducer<>(settings.writer("answers"));
        }
        return producer;
    }

    /** After such a failure a producer can be of no use any more. */
    private synchronized void replace(Producer<byte[], byte[]> failed) {
        if (producer == failed) {
            producer = null;
            workers.goOn(() -> failed.close(Duration.ZERO));
        }
    }

    /** Waits a little for what has been handed over, and gives up the rest: its calls have not been committed. */
    @Override
    public void close() {
        Producer<byte[], byte[]> last;
        synchronized (this) {
            closed = true;
            last = producer;
            producer = null;
            if (watch != null) {
                watch.close();
            }
        }
        if (last != null) {
            last.close(CLOSE);
        }
    }
}
