package dev.serai.jms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.delivery.PartSequence;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import dev.serai.loop.Workers;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Sends what is told of a message's call to where its reply goes, each at once. */
final class JmsParts {
    private final ConnectionFactory pool;
    private final Workers workers;

    JmsParts(ConnectionFactory pool, Workers workers) {
        this.pool = pool;
        this.workers = workers;
    }

    /** Where the message asks for it and says where to. */
    void attach(JmsRequest request, @Nullable Destination to, @Nullable String correlation, Exchange exchange)
            throws JMSException {
        if (to != null && "true".equals(request.message().getStringProperty(InvocationHeaders.STREAM))) {
            Object requestId = exchange.getMessage().getHeader(InvocationHeaders.REQUEST_ID);
            int priority = request.message().getJMSPriority();
            new PartSequence(workers, (number, part) -> send(to, priority, correlation, requestId, number, part))
                    .attach(exchange);
        }
    }

    private void send(
            Destination to,
            int priority,
            @Nullable String correlation,
            @Nullable Object requestId,
            int number,
            ObjectNode part)
            throws JMSException, IOException {
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(to)) {
            TextMessage message = session.createTextMessage(new String(Json.bytes(part), StandardCharsets.UTF_8));
            message.setObjectProperty(InvocationHeaders.REQUEST_ID, requestId);
            message.setIntProperty(InvocationHeaders.SEQUENCE, number);
            message.setJMSCorrelationID(correlation);
            producer.send(message, DeliveryMode.NON_PERSISTENT, priority, JmsReplies.TEMPORARY_LIFE_MS);
            // With that the broker has it, before the outcome.
            session.commit();
        }
    }
}
