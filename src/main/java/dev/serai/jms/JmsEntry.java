package dev.serai.jms;

import dev.serai.delivery.DeadLetterChannel;
import dev.serai.loop.Workers;
import jakarta.jms.ConnectionFactory;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.jms.MessageListenerContainerFactory;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/** The entry for messages of a JMS queue: what its route calls, and what other routes may send with. */
public final class JmsEntry implements AutoCloseable {
    /** A pool of connections to the broker of the entry, for any route. */
    private static final String POOL = "jms-connections";

    private final String place;
    private final DeadLetterChannel deadLetters;
    private final JmsStats stats;
    private final JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();

    /**
     * Binds it; the route connects once it is started.
     *
     * @param password of the user; {@code null} without one
     * @param mostBytes largest arguments, in bytes
     */
    public JmsEntry(
            CamelContext context, JmsOptions options, @Nullable String password, int mostBytes, Workers workers) {
        Supplier<ConnectionFactory> connections = once(() -> JmsConnections.make(context, options, password));
        if (options.factory() == null) {
            // What is wrong with the URL is said before anything starts.
            var unused = connections.get();
        }
        this.place = options.shownUrl() + " " + options.queue();
        JmsLink link = new JmsLink(options);
        this.stats = new JmsStats(link::isUp);
        JmsProducers producers = new JmsProducers();
        RefusedReplies refused = new RefusedReplies(connections);
        JmsReplies replies = new JmsReplies(options, producers, refused, stats);
        Registry registry = context.getRegistry();
        registry.bind(
                "takeJmsMessage",
                new TakeJmsMessage(replies, new JmsParts(pool, workers), options.caller(), stats, mostBytes));
        registry.bind("replyOverJms", replies);
        registry.bind("buryJmsMessage", new BuryJmsMessage(options, producers, stats));
        registry.bind("jms-consumers", (MessageListenerContainerFactory) endpoint -> new JmsContainer(
                endpoint, connections, link, refused, options.longestPause().toMillis()));
        this.deadLetters = new JmsDeadLetters(options, connections);
        pool.setConnectionFactory(new LazyConnectionFactory(connections));
        registry.bind(POOL, pool);
        context.getPropertiesComponent().addOverrideProperty("serai.jms.queue", options.queue());
        context.getPropertiesComponent()
                .addOverrideProperty("serai.jms.consumers", Integer.toString(options.consumers()));
    }

    /** Beans in files of routes are there only once these are loaded. */
    private static Supplier<ConnectionFactory> once(Supplier<ConnectionFactory> maker) {
        return new Supplier<>() {
            private @Nullable ConnectionFactory made;

            @Override
            public synchronized ConnectionFactory get() {
                ConnectionFactory factory = made == null ? maker.get() : made;
                made = factory;
                return factory;
            }
        };
    }

    /** Broker and queue, for people. */
    public String place() {
        return place;
    }

    public DeadLetterChannel deadLetters() {
        return deadLetters;
    }

    public JmsStats stats() {
        return stats;
    }

    @Override
    public void close() {
        pool.stop();
    }
}
