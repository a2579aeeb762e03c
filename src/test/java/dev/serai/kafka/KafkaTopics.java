package dev.serai.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A group and its three topics with names of their own, seen from the other side: who sends calls, and who reads answers. */
public final class KafkaTopics implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaBroker broker;
    private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, KafkaConsumer<byte[], byte[]>> readers = new HashMap<>();
    private final Map<String, List<ConsumerRecord<byte[], byte[]>>> read = new HashMap<>();

    private KafkaTopics(KafkaBroker broker) {
        this.broker = broker;
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers",
                broker.servers(),
                // KAFKA-15591: a new topic may never take the first batch once it has the second.
                "max.in.flight.requests.per.connection",
                1,
                "key.serializer",
                ByteArraySerializer.class,
                "value.serializer",
                ByteArraySerializer.class));
    }

    public static KafkaTopics on(KafkaBroker broker, int partitions) {
        KafkaTopics topics = new KafkaTopics(broker);
        broker.create(Map.of(topics.invocations(), partitions, topics.results(), partitions, topics.deadLetters(), 1));
        return topics;
    }

    /** Only their names: whoever wants them makes them. */
    static KafkaTopics none(KafkaBroker broker) {
        return new KafkaTopics(broker);
    }

    public String invocations() {
        return name + "-invocations";
    }

    public String results() {
        return name + "-results";
    }

    public String deadLetters() {
        return invocations() + ".dlt";
    }

    public String group() {
        return name + "-group";
    }

    /** Of a gateway that takes calls from here. */
    public Map<String, String> settings() {
        return Map.of(
                "serai.kafka.enabled", "true",
                "serai.kafka.bootstrap-servers", broker.servers(),
                "serai.kafka.group", group(),
                "serai.kafka.topic", invocations(),
                "serai.kafka.results-topic", results(),
                "serai.kafka.dead-letters-topic", deadLetters());
    }

    /** Headers come as name, value, name, value; values are text or bytes. */
    public void send(@Nullable String key, byte @Nullable [] value, Object... headers) {
        ProducerRecord<byte[], byte[]> outgoing =
                new ProducerRecord<>(invocations(), key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);
        for (int i = 0; i < headers.length; i += 2) {
            Object header = headers[i + 1];
            outgoing.headers()
                    .add((String) headers[i], header instanceof byte[] bytes ? bytes : bytes(header.toString()));
        }
        var unused = producer.send(outgoing);
    }

    /** A call of a capability. */
    public void call(@Nullable String key, String capability, String json, Object... headers) {
        Object[] all = new Object[headers.length + 2];
        all[0] = "CapabilityId";
        all[1] = capability;
        System.arraycopy(headers, 0, all, 2, headers.length);
        send(key, bytes(json), all);
    }

    public void flush() {
        producer.flush();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The first answers, as they came; waits for so many. */
    public List<ConsumerRecord<byte[], byte[]>> answers(int count) {
        return read(results(), count);
    }

    public List<ConsumerRecord<byte[], byte[]>> letters(int count) {
        return read(deadLetters(), count);
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> so = read.computeIfAbsent(topic, unused -> new ArrayList<>());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (so.size() < count && System.nanoTime() - deadline < 0) {
            poll(topic, so);
        }
        assertThat(so).as("records in %s", topic).hasSizeGreaterThanOrEqualTo(count);
        return so;
    }

    private void poll(String topic, List<ConsumerRecord<byte[], byte[]>> into) {
        KafkaConsumer<byte[], byte[]> reader = readers.computeIfAbsent(topic, this::reader);
        reader.poll(POLL).forEach(into::add);
    }

    private KafkaConsumer<byte[], byte[]> reader(String topic) {
        KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(Map.of(
                "bootstrap.servers",
                broker.servers(),
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                ByteArrayDeserializer.class,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                "false"));
        List<TopicPartition> partitions = reader.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        return reader;
    }

    /** Everything that is in the topic of answers now. */
    public List<ConsumerRecord<byte[], byte[]>> allAnswers() {
        return all(results());
    }

    List<ConsumerRecord<byte[], byte[]>> all(String topic) {
        List<ConsumerRecord<byte[], byte[]>> so = read.computeIfAbsent(topic, unused -> new ArrayList<>());
        KafkaConsumer<byte[], byte[]> reader = readers.computeIfAbsent(topic, this::reader);
        Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
        while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
            poll(topic, so);
        }
        return so;
    }

    /** Records of the topic of calls that the group has not committed. */
    public long uncommitted() {
        try (Admin admin = broker.admin()) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group())
                    .partitionsToOffsetAndMetadata()
                    .get();
            KafkaConsumer<byte[], byte[]> reader = readers.computeIfAbsent(invocations(), this::reader);
            long open = 0;
            for (Map.Entry<TopicPartition, Long> end :
                    reader.endOffsets(reader.assignment()).entrySet()) {
                OffsetAndMetadata offset = committed.get(end.getKey());
                open += end.getValue() - (offset == null ? 0 : offset.offset());
            }
            return open;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Offsets of a topic, over its partitions. */
    long end(String topic) {
        KafkaConsumer<byte[], byte[]> reader = readers.computeIfAbsent(topic, this::reader);
        return reader.endOffsets(reader.assignment()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Makes a topic anew, with one partition. */
    void renew(String topic, Map<String, String> configuration) {
        broker.delete(topic);
        await().atMost(PATIENCE).until(() -> {
            try {
                broker.create(Map.of(topic, 1), configuration);
                return true;
            } catch (IllegalStateException e) {
                // Still being deleted.
                return false;
            }
        });
    }

    /** What the group has committed of the first partition; the beginning, where it has committed nothing. */
    OffsetAndMetadata committed() {
        try (Admin admin = broker.admin()) {
            OffsetAndMetadata committed = admin.listConsumerGroupOffsets(group())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(invocations(), 0));
            return committed == null ? new OffsetAndMetadata(0) : committed;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Commits in the name of the group, which has no member, for the first partition. */
    void commit(long offset, String metadata) {
        try (Admin admin = broker.admin()) {
            admin.alterConsumerGroupOffsets(
                            group(),
                            Map.of(new TopicPartition(invocations(), 0), new OffsetAndMetadata(offset, metadata)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public static @Nullable String header(ConsumerRecord<byte[], byte[]> found, String name) {
        Header header = found.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    public static String key(ConsumerRecord<byte[], byte[]> found) {
        return new String(found.key(), StandardCharsets.UTF_8);
    }

    public static String text(ConsumerRecord<byte[], byte[]> found) {
        return new String(found.value(), StandardCharsets.UTF_8);
    }

    public static JsonNode tree(ConsumerRecord<byte[], byte[]> found) {
        return TestGateway.tree(text(found));
    }

    @Override
    public void close() {
        producer.close();
        readers.values().forEach(KafkaConsumer::close);
    }
}
