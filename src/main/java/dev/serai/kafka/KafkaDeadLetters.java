package dev.serai.kafka;

import dev.serai.delivery.DeadLetter;
import dev.serai.delivery.DeadLetterChannel;
import dev.serai.delivery.DeadLetterException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The letters in the topic of dead letters, by partition and offset. A topic cannot be taken from, so a replay puts a mark
 * into it that says which letter is no more; it goes with the letter's age, after it.
 */
public final class KafkaDeadLetters implements DeadLetterChannel, AutoCloseable {
    private static final String NAME = "kafka";
    private static final Pattern ID = Pattern.compile("(\\d{1,9})-(\\d{1,18})");

    private final KafkaOptions options;
    private final LetterLog log;
    private final Replayer replayer;

    public KafkaDeadLetters(KafkaLink link) {
        this.options = link.options();
        this.log = new LetterLog(options, link.settings());
        this.replayer = new Replayer(options, link.settings());
    }

    private record Place(TopicPartition partition, long offset) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String caller() {
        return options.caller().name();
    }

    /** The oldest of each partition first, one partition after the other. */
    @Override
    public List<DeadLetter> list(@Nullable String after, int limit) throws DeadLetterException {
        Place place = after == null ? null : place(after);
        return place == null ? log.list(NAME, null, 0, limit) : log.list(NAME, place.partition, place.offset, limit);
    }

    @Override
    public @Nullable DeadLetter find(String id) throws DeadLetterException {
        ConsumerRecord<byte[], byte[]> letter = record(id);
        return letter == null ? null : Letters.letter(NAME, letter, true);
    }

    private @Nullable ConsumerRecord<byte[], byte[]> record(String id) throws DeadLetterException {
        Place place = place(id);
        return place == null ? null : log.find(place.partition, place.offset);
    }

    @Override
    public boolean replay(String id) throws DeadLetterException {
        return replayer.replay(() -> {
            ConsumerRecord<byte[], byte[]> letter = record(id);
            if (letter != null && !Letters.isWhole(letter)) {
                throw new DeadLetterException(
                        "the letter " + id
                                + " went without its value, which was too large for its topic; the original is "
                                + TakenRecord.text(letter, DeadHeaders.FROM),
                        new IllegalStateException("no value"));
            }
            return letter == null ? List.of() : List.of(original(letter), mark(letter));
        });
    }

    private ProducerRecord<byte[], byte[]> original(ConsumerRecord<byte[], byte[]> letter) {
        return new ProducerRecord<>(
                options.topics().invocations(), null, null, letter.key(), letter.value(), Letters.original(letter));
    }

    private ProducerRecord<byte[], byte[]> mark(ConsumerRecord<byte[], byte[]> letter) {
        byte[] offset = Long.toString(letter.offset()).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(
                options.topics().deadLetters(),
                letter.partition(),
                null,
                null,
                null,
                List.of(new RecordHeader(DeadHeaders.REPLAYED, offset)));
    }

    private @Nullable Place place(String id) {
        Matcher parts = ID.matcher(id);
        return parts.matches()
                ? new Place(
                        new TopicPartition(options.topics().deadLetters(), Integer.parseInt(parts.group(1))),
                        Long.parseLong(parts.group(2)))
                : null;
    }

    @Override
    public void close() {
        replayer.close();
    }
}
