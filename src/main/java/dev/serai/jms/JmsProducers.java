package dev.serai.jms;

import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One producer for each session that consumes, so that what it sends is in the session's transaction. */
final class JmsProducers {
    private final Map<Session, MessageProducer> open = new ConcurrentHashMap<>();

    MessageProducer of(Session session) throws JMSException {
        MessageProducer known = open.get(session);
        if (known != null) {
            return known;
        }
        // Sessions come and go with their connection: at each new one, those that are closed are let go.
        open.entrySet().removeIf(entry -> isClosed(entry.getKey()));
        MessageProducer made = session.createProducer(null);
        open.put(session, made);
        return made;
    }

    private static boolean isClosed(Session session) {
        try {
            session.getTransacted();
            return false;
        } catch (JMSException e) {
            return true;
        }
    }
}
