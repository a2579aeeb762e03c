package dev.serai.kafka;

import dev.serai.scenario.HeldPort;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** A Kafka broker (KRaft, one node) in this process, on free ports that it keeps over restarts. */
public final class KafkaBroker implements AutoCloseable {
    private static @Nullable KafkaBroker shared;

    private final Path folder;
    private final int port;
    private final int controllerPort;
    /** Both, while it does not run. */
    private List<HeldPort> held;

    private final Map<String, String> more;
    private @Nullable KafkaRaftServer server;

    private KafkaBroker(Path folder, Map<String, String> more) {
        this.folder = folder;
        this.more = more;
        this.held = List.of(new HeldPort(0), new HeldPort(0));
        this.port = held.get(0).port();
        this.controllerPort = held.get(1).port();
    }

    public static KafkaBroker start(Path folder) {
        return start(folder, Map.of());
    }

    /** @param more properties beside the usual ones */
    static KafkaBroker start(Path folder, Map<String, String> more) {
        try {
            KafkaBroker broker = new KafkaBroker(folder, more);
            broker.format();
            broker.start();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One for all tests of this process, which each have topics of their own; it ends with the process. */
    public static synchronized KafkaBroker shared() {
        if (shared == null) {
            try {
                Path folder = Files.createTempDirectory("serai-kafka-");
                KafkaBroker broker = start(folder);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    broker.close();
                    delete(folder);
                }));
                shared = broker;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return shared;
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            // It lies in the folder for such files.
        }
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        properties.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", folder.resolve("logs").toString());
        properties.put("auto.create.topics.enable", "false");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        // One that comes back is taken back at once.
        properties.put("broker.session.timeout.ms", "18000");
        properties.put("broker.heartbeat.interval.ms", "200");
        properties.put("num.network.threads", "1");
        properties.put("num.io.threads", "2");
        properties.put("log.cleaner.dedupe.buffer.size", "2097152");
        properties.put("auto.leader.rebalance.enable", "false");
        properties.putAll(more);
        return properties;
    }

    private void format() throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("server.properties");
        try (var out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            properties().store(out, null);
        }
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        StorageTool.execute(
                new String[] {
                    "format",
                    "--config",
                    file.toString(),
                    "--cluster-id",
                    Uuid.randomUuid().toString()
                },
                nowhere);
    }

    /** Again, with everything that it had. */
    public void start() {
        KafkaRaftServer fresh = new KafkaRaftServer(new KafkaConfig(properties(), false), Time.SYSTEM);
        fresh.startup();
        server = fresh;
        held.forEach(HeldPort::free);
    }

    public void stop() {
        KafkaRaftServer running = server;
        if (running != null) {
            server = null;
            running.shutdown();
            running.awaitShutdown();
            held = List.of(new HeldPort(port), new HeldPort(controllerPort));
        }
    }

    /** {@code host:port}. */
    public String servers() {
        return "127.0.0.1:" + port;
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", servers()));
    }

    /** Makes topics that are there when this returns. */
    public void create(Map<String, Integer> partitions) {
        create(partitions, Map.of());
    }

    void create(Map<String, Integer> partitions, Map<String, String> configuration) {
        List<NewTopic> topics = new ArrayList<>();
        new HashMap<>(partitions)
                .forEach((name, count) -> topics.add(new NewTopic(name, count, (short) 1).configs(configuration)));
        try (Admin admin = admin()) {
            admin.createTopics(topics).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public void delete(String topic) {
        try (Admin admin = admin()) {
            admin.deleteTopics(Set.of(topic)).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stop();
        held.forEach(HeldPort::free);
    }
}
