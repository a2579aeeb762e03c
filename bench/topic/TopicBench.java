import dev.serai.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The broker and both ends for bench/kafka. Prints its address, then for each line on standard input, {@code NAME COUNT
 * RATE}, sends COUNT records to NAME-invocations, at RATE a second or at once (0), and waits for as many in NAME-results.
 * The name echo is answered here, by a consumer that copies records.
 */
final class TopicBench {
    private static final int PARTITIONS = 6;
    private static final int KEYS = 1_000;
    private static final String SENT = "sent";
    private static final String HEADER = "correlation-id";

    private final String servers;

    private TopicBench(String servers) {
        this.servers = servers;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(args[0]), "broker-");
        try (KafkaBroker broker = KafkaBroker.start(folder)) {
            Map<String, Integer> topics = new HashMap<>();
            for (int i = 1; i < args.length; i++) {
                topics.put(args[i] + "-invocations", PARTITIONS);
                topics.put(args[i] + "-results", PARTITIONS);
                topics.put(args[i] + "-dead", 1);
            }
            broker.create(topics);
            System.out.println("broker at " + broker.servers());
            TopicBench bench = new TopicBench(broker.servers());
            Thread echo = new Thread(bench::echo);
            echo.setDaemon(true);
            echo.start();
            var in = new java.io.BufferedReader(new java.io.InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                System.out.println(bench.measure(words[0], Integer.parseInt(words[1]), Integer.parseInt(words[2])));
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String topic, String group) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of(
                "bootstrap.servers", servers,
                "group.id", group,
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest",
                "key.deserializer", ByteArrayDeserializer.class,
                "value.deserializer", ByteArrayDeserializer.class));
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(Map.of(
                "bootstrap.servers", servers,
                "acks", "all",
                "max.in.flight.requests.per.connection", 1,
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class));
    }

    /** The broker alone: each record is copied, and committed once its copy is there. */
    private void echo() {
        try (KafkaConsumer<byte[], byte[]> from = consumer("echo-invocations", "echo");
                KafkaProducer<byte[], byte[]> to = producer()) {
            while (true) {
                var records = from.poll(Duration.ofMillis(100));
                for (ConsumerRecord<byte[], byte[]> one : records) {
                    to.send(new ProducerRecord<>("echo-results", null, null, one.key(), one.value(), one.headers()));
                }
                if (!records.isEmpty()) {
                    to.flush();
                    from.commitAsync();
                }
            }
        }
    }

    private String measure(String name, int count, int rate) {
        long[] waits = new long[count];
        int answered = 0;
        int failed = 0;
        try (KafkaConsumer<byte[], byte[]> answers = consumer(name + "-results", "reader-" + System.nanoTime());
                KafkaProducer<byte[], byte[]> calls = producer()) {
            // Only what comes from now on.
            while (answers.assignment().isEmpty()) {
                answers.poll(Duration.ofMillis(50));
            }
            answers.seekToEnd(answers.assignment());
            answers.assignment().forEach(answers::position);
            long begin = System.nanoTime();
            Thread sender = new Thread(() -> send(calls, name, count, rate));
            sender.start();
            while (answered < count) {
                for (ConsumerRecord<byte[], byte[]> answer : answers.poll(Duration.ofMillis(100))) {
                    String sent = new String(answer.headers().lastHeader(HEADER).value(), StandardCharsets.UTF_8);
                    waits[answered++] = System.nanoTime() - Long.parseLong(sent.substring(SENT.length()));
                    failed += answer.headers().lastHeader("CapabilityErrorCode") == null ? 0 : 1;
                }
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            Arrays.sort(waits);
            return String.format(
                    java.util.Locale.ROOT,
                    "RESULT %.0f %.2f %.2f %d",
                    count / seconds,
                    waits[count / 2] / 1e6,
                    waits[count * 99 / 100] / 1e6,
                    failed);
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> calls, String name, int count, int rate) {
        byte[] arguments = "{\"message\":\"a message of its own\"}".getBytes(StandardCharsets.UTF_8);
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            while (rate > 0 && System.nanoTime() - begin < i * 1_000_000_000L / rate) {
                java.util.concurrent.locks.LockSupport.parkNanos(50_000);
            }
            ProducerRecord<byte[], byte[]> call = new ProducerRecord<>(
                    name + "-invocations", ("k" + i % KEYS).getBytes(StandardCharsets.UTF_8), arguments);
            call.headers()
                    .add("CapabilityId", "mcp.bench.echo0".getBytes(StandardCharsets.UTF_8))
                    .add(HEADER, (SENT + System.nanoTime()).getBytes(StandardCharsets.UTF_8));
            calls.send(call);
        }
        calls.flush();
    }
}
