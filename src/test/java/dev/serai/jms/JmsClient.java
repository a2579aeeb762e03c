package dev.serai.jms;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plain JMS client with a temporary queue for its replies. */
public final class JmsClient implements AutoCloseable {
    public static final String QUEUE = "capability.invoke";
    public static final String DEAD = "capability.invoke.dead";
    private static final long PATIENCE_MS = 60_000;

    private final Connection connection;
    public final Session session;
    public final TemporaryQueue replies;
    private final MessageConsumer inbox;
    public final MessageProducer producer;

    public JmsClient(ConnectionFactory factory) throws JMSException {
        connection = factory.createConnection();
        connection.start();
        session = connection.createSession();
        replies = session.createTemporaryQueue();
        inbox = session.createConsumer(replies);
        producer = session.createProducer(session.createQueue(QUEUE));
    }

    public TextMessage text(String id, String json) throws JMSException {
        TextMessage message = session.createTextMessage(json);
        message.setStringProperty("CapabilityId", id);
        message.setJMSReplyTo(replies);
        return message;
    }

    /** Sends it and waits for the reply to it. */
    public Message ask(Message message) throws JMSException {
        producer.send(message);
        return reply();
    }

    public Message reply() throws JMSException {
        return present(inbox.receive(PATIENCE_MS));
    }

    /** The next message of a queue, taken out. */
    public Message take(Destination from) throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(from)) {
            return present(consumer.receive(PATIENCE_MS));
        }
    }

    public Message takeDead() throws JMSException {
        return take(session.createQueue(DEAD));
    }

    private static Message present(@Nullable Message message) {
        if (message == null) {
            throw new AssertionError("no message within " + PATIENCE_MS + " ms");
        }
        return message;
    }

    public static JsonNode json(Message message) throws JMSException {
        return TestGateway.tree(((TextMessage) message).getText());
    }

    public static Message with(Message message, Map<String, Object> properties) throws JMSException {
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            message.setObjectProperty(property.getKey(), property.getValue());
        }
        return message;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
