package dev.serai.jms;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests that came back because the broker refused their transaction. That it refuses a reply, many a client learns only
 * when it commits, and not which of its messages it is about: the second time the reply goes by itself, before the
 * request is acknowledged.
 */
final class RefusedReplies {
    private static final int MOST_KNOWN = 10_000;
    private static final Duration KNOWN_FOR = Duration.ofHours(1);

    /** By message id, whether the reply is where it should be. */
    private final Cache<String, Boolean> known = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .expireAfterWrite(KNOWN_FOR)
            .build();

    private final Supplier<ConnectionFactory> connections;

    RefusedReplies(Supplier<ConnectionFactory> connections) {
        this.connections = connections;
    }

    /** The transaction of this request was refused. */
    void add(@Nullable Message request) throws JMSException {
        String id = request == null ? null : request.getJMSMessageID();
        if (id != null) {
            known.asMap().putIfAbsent(id, false);
        }
    }

    boolean has(Message request) throws JMSException {
        String id = request.getJMSMessageID();
        return id != null && known.getIfPresent(id) != null;
    }

    /**
     * Sends the reply to a request of these, once, in no transaction.
     *
     * @param life milliseconds, 0 for ever
     * @throws InvalidDestinationException where there is no such place
     * @throws JMSSecurityException where the gateway may not write to it
     */
    void send(Message request, Destination to, Message reply, long life) throws JMSException {
        String id = request.getJMSMessageID();
        if (Boolean.TRUE.equals(known.getIfPresent(id))) {
            return;
        }
        try (Connection connection = connections.get().createConnection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(to)) {
            // Of what is persistent a client waits to hear that the broker has it.
            producer.send(reply, DeliveryMode.PERSISTENT, request.getJMSPriority(), life);
        }
        known.put(id, true);
    }
}
