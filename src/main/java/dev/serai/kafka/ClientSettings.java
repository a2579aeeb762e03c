package dev.serai.kafka;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Properties of Kafka's clients: what the user's file says, except where that could lose records; and defaults that suit
 * an entry.
 */
final class ClientSettings {
    /** A broker that is gone is asked again at least so often. */
    private static final String RECONNECT_MS = "5000";

    private static final String METADATA_MS = "30000";
    private static final String DELIVERY_MS = "600000";
    private static final long LEAST_PATIENCE_MS = 300_000;
    private static final long SPARE_MS = 60_000;
    private static final String API_MS = "10000";
    /** The broker says what is too large. */
    private static final String LARGEST_REQUEST = Integer.toString(64 << 20);

    private final KafkaOptions options;
    private final Map<String, Object> common = new HashMap<>();

    /** @throws IllegalArgumentException where the file cannot be read */
    ClientSettings(KafkaOptions options) {
        this.options = options;
        file(options.clientFile()).forEach((name, value) -> common.put(String.valueOf(name), value));
        common.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, options.servers());
        common.putIfAbsent(
                CommonClientConfigs.CLIENT_ID_CONFIG, options.topics().group());
        common.putIfAbsent(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MS);
        common.putIfAbsent(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, METADATA_MS);
        // The gateway has metrics of its own.
        common.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        common.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, "false");
    }

    private static Properties file(@Nullable Path path) {
        Properties properties = new Properties();
        if (path != null) {
            try (Reader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
                properties.load(in);
            } catch (IOException | IllegalArgumentException e) {
                // The cause may quote a line, and a line may be a password.
                throw new IllegalArgumentException("serai.kafka.client-file = '" + path
                        + "': expected a properties file in UTF-8 that can be read");
            }
        }
        return properties;
    }

    private Map<String, Object> ofRole(String role) {
        Map<String, Object> properties = new HashMap<>(common);
        properties.put(
                CommonClientConfigs.CLIENT_ID_CONFIG, common.get(CommonClientConfigs.CLIENT_ID_CONFIG) + "-" + role);
        return properties;
    }

    /** For the member of the group. */
    Map<String, Object> member() {
        Map<String, Object> properties = reader("member");
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, options.topics().group());
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, options.limits().batch());
        // The group waits for a member that keeps a partition until its calls have ended.
        long patience = options.limits().drainTimeout().toMillis() + SPARE_MS;
        properties.putIfAbsent(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.toString((int)
                Math.min(Integer.MAX_VALUE, Math.max(LEAST_PATIENCE_MS, patience))));
        // A new group begins with what waits already.
        properties.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        Object protocol = properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
        if (protocol == null || GroupProtocol.CLASSIC.name.equalsIgnoreCase(protocol.toString())) {
            properties.putIfAbsent(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        }
        return properties;
    }

    /** For who reads without being a member. */
    Map<String, Object> reader(String role) {
        Map<String, Object> properties = ofRole(role);
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_MS);
        properties.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString((int)
                Math.min(16 << 20, options.limits().maxBuffered())));
        return properties;
    }

    /** For answers and dead letters. */
    Map<String, Object> writer(String role) {
        Map<String, Object> properties = ofRole(role);
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
        properties.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, LARGEST_REQUEST);
        properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, API_MS);
        // An answer waits for its broker: giving it up calls its capability again.
        properties.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MS);
        // With several, a broker may keep refusing the first batch for a new topic once it took the second:
        // KAFKA-15591.
        properties.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
        return properties;
    }

    /** For a replay: two topics in one transaction, of one gateway of the group at a time. */
    Map<String, Object> replayer() {
        Map<String, Object> properties = writer("replay");
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, options.topics().group() + "-replay");
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, API_MS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, API_MS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        return properties;
    }

    /** For answers, dead letters and offsets in one transaction. */
    Map<String, Object> transactions() {
        Map<String, Object> properties = writer("transactions");
        // Members are told apart by the group: KIP-447. Each has an id of its own.
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, options.topics().group() + "-" + UUID.randomUUID());
        // So long readers of committed records wait for one that was killed, and so does who gets its partitions.
        properties.putIfAbsent(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, API_MS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, API_MS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        return properties;
    }

    /** For who asks how the broker does. */
    Map<String, Object> watcher() {
        Map<String, Object> properties = ofRole("watch");
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_MS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        return properties;
    }
}
