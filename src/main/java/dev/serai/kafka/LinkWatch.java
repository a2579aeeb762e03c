package dev.serai.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks the broker every few seconds whether it is there and has the topics, on a thread of its own. */
final class LinkWatch implements AutoCloseable {
    private static final long PERIOD_MS = 3_000;
    private static final long PERIOD_IN_TROUBLE_MS = 500;
    private static final long PATIENCE_MS = 5_000;
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final KafkaOptions options;
    private final ClientSettings settings;
    private final LinkState state;
    private final Thread thread = new Thread(this::run, "serai-kafka-watch");
    private volatile boolean ended;

    LinkWatch(KafkaOptions options, ClientSettings settings, LinkState state) {
        this.options = options;
        this.settings = settings;
        this.state = state;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        @Nullable Admin admin = null;
        try {
            while (!ended) {
                try {
                    admin = admin == null ? Admin.create(settings.watcher()) : admin;
                    look(admin);
                } catch (KafkaException e) {
                    state.failing(LinkState.Part.BROKER, Failures.words(e, options.servers()));
                }
                TimeUnit.MILLISECONDS.sleep(state.isThere() ? PERIOD_MS : PERIOD_IN_TROUBLE_MS);
            }
        } catch (InterruptedException e) {
            // That is its end.
            Thread.currentThread().interrupt();
        } finally {
            if (admin != null) {
                admin.close(CLOSE);
            }
        }
    }

    private void look(Admin admin) throws InterruptedException {
        Map<String, KafkaFuture<TopicDescription>> topics =
                admin.describeTopics(options.topics().all()).topicNameValues();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : topics.entrySet()) {
            try {
                topic.getValue().get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                state.failing(
                        LinkState.Part.BROKER,
                        e.getCause() instanceof UnknownTopicOrPartitionException
                                ? "the topic " + topic.getKey() + " is missing"
                                : Failures.words(e, options.servers()));
                return;
            }
        }
        state.fine(LinkState.Part.BROKER);
    }

    @Override
    public void close() {
        ended = true;
        thread.interrupt();
    }
}
