package dev.serai.kafka;

import dev.serai.invocation.Caller;
import dev.serai.setting.Knob;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings {@code serai.kafka.*}. No class of Kafka's client is loaded for them.
 *
 * @param enabled whether calls are taken from Kafka at all
 * @param servers {@code host:port} of brokers to begin with, separated by commas
 * @param clientFile properties of Kafka's client; {@code null} for none
 * @param topics where calls come from, and where answers and dead letters go
 * @param limits what is held at once
 * @param exactlyOnce whether what becomes of a record is committed with its offset
 * @param caller who the records act as
 * @param correlation headers of a record that go back with its answer
 */
public record KafkaOptions(
        boolean enabled,
        String servers,
        @Nullable Path clientFile,
        Topics topics,
        Limits limits,
        boolean exactlyOnce,
        Caller caller,
        Set<String> correlation) {
    private static final int MOST = 1_000_000;
    private static final String NO_FILE = "no file";
    private static final String NO_ROLES = "no roles";

    private static final Knob ENABLED = Knob.flag(
            "serai.kafka.enabled", false, "whether calls are taken from Kafka; nothing of it is loaded otherwise");
    private static final Knob SERVERS = Knob.text(
            "serai.kafka.bootstrap-servers",
            "127.0.0.1:9092",
            "brokers to begin with, as host:port, separated by commas");
    private static final Knob CLIENT_FILE = Knob.text(
            "serai.kafka.client-file",
            NO_FILE,
            "file with further properties of Kafka's client, such as security.protocol and sasl.jaas.config; it may hold"
                    + " a password");
    private static final Knob GROUP = Knob.text(
            "serai.kafka.group", "serai", "consumer group; gateways of one group share the partitions among them");
    private static final Knob TOPIC =
            Knob.text("serai.kafka.topic", "capability-invocations", "topic that calls are taken from");
    private static final Knob RESULTS =
            Knob.text("serai.kafka.results-topic", "capability-results", "topic that answers go to");
    private static final Knob DEAD_LETTERS = Knob.text(
            "serai.kafka.dead-letters-topic",
            "capability-invocations.dlt",
            "topic that dead letters go to; with delete as its cleanup.policy");
    private static final Knob IN_FLIGHT =
            Knob.number("serai.kafka.in-flight", "256", 1, MOST, "calls of records in progress at once");
    private static final Knob AHEAD = Knob.number(
            "serai.kafka.ahead",
            "1000",
            1,
            10_000,
            "offsets of a partition taken beyond its oldest unfinished record; beyond it the partition is paused");
    private static final Knob BATCH =
            Knob.number("serai.kafka.batch", "500", 1, MOST, "records taken in one batch, at most");
    private static final Knob MAX_BUFFERED = Knob.number(
            "serai.kafka.max-buffered",
            "67108864",
            1,
            Long.MAX_VALUE,
            "bytes of records taken and unfinished, shared equally among the partitions; beyond its share, and one batch,"
                    + " a partition is paused");
    private static final Knob DRAIN_TIMEOUT = Knob.duration(
            "serai.kafka.drain-timeout",
            "30s",
            "0ms",
            "longest that a partition is kept from another gateway until its calls in progress end");
    private static final Knob EXACTLY_ONCE = Knob.flag(
            "serai.kafka.exactly-once",
            false,
            "whether answers and dead letters are committed in one transaction with the offsets of their records: who reads"
                    + " with isolation.level=read_committed sees each once");
    private static final Knob CALLER =
            Knob.text("serai.kafka.caller", "kafka", "principal that records act as: whoever may write to the topic");
    private static final Knob CALLER_ROLES =
            Knob.text("serai.kafka.caller-roles", NO_ROLES, "its roles, separated by commas");
    private static final Knob CORRELATION = Knob.text(
            "serai.kafka.correlation-headers",
            "correlation-id,correlationId,kafka_correlationId",
            "headers of a record that its answer carries too, separated by commas");

    /**
     * The group and its three topics.
     *
     * @param group the consumer group
     */
    public record Topics(String group, String invocations, String results, String deadLetters) {
        List<String> all() {
            return List.of(invocations, results, deadLetters);
        }
    }

    /**
     * What is held at once.
     *
     * @param inFlight calls in progress
     * @param ahead offsets of a partition from its oldest unfinished record on
     * @param batch records of one fetch
     * @param maxBuffered bytes of unfinished records, over all partitions
     * @param drainTimeout longest wait for calls in progress when a partition is given up
     */
    public record Limits(int inFlight, int ahead, int batch, long maxBuffered, Duration drainTimeout) {}

    /** The settings that these are read from. */
    public static List<Knob> knobs() {
        return List.of(
                ENABLED,
                SERVERS,
                CLIENT_FILE,
                GROUP,
                TOPIC,
                RESULTS,
                DEAD_LETTERS,
                IN_FLIGHT,
                AHEAD,
                BATCH,
                MAX_BUFFERED,
                DRAIN_TIMEOUT,
                EXACTLY_ONCE,
                CALLER,
                CALLER_ROLES,
                CORRELATION);
    }

    /**
     * Reads {@code serai.kafka.*}.
     *
     * @throws IllegalArgumentException naming the property, its text and what was expected
     */
    public static KafkaOptions from(UnaryOperator<@Nullable String> texts) {
        Topics topics = new Topics(GROUP.text(texts), TOPIC.text(texts), RESULTS.text(texts), DEAD_LETTERS.text(texts));
        if (Set.copyOf(topics.all()).size() < topics.all().size()) {
            throw new IllegalArgumentException("serai.kafka.topic, serai.kafka.results-topic and"
                    + " serai.kafka.dead-letters-topic are " + String.join(", ", topics.all())
                    + ": expected three different topics");
        }
        return new KafkaOptions(
                ENABLED.flag(texts),
                SERVERS.text(texts),
                CLIENT_FILE.isSet(texts) ? path(CLIENT_FILE.text(texts)) : null,
                topics,
                new Limits(
                        IN_FLIGHT.integer(texts),
                        AHEAD.integer(texts),
                        BATCH.integer(texts),
                        MAX_BUFFERED.number(texts),
                        DRAIN_TIMEOUT.duration(texts)),
                EXACTLY_ONCE.flag(texts),
                new Caller(
                        CALLER.text(texts),
                        CALLER_ROLES.isSet(texts) ? listed(CALLER_ROLES.text(texts)) : Set.<String>of()),
                listed(CORRELATION.text(texts)));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(CLIENT_FILE.property() + " is not a path: " + e.getReason(), e);
        }
    }

    private static Set<String> listed(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
