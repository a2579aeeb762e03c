package dev.serai.jms;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.time.Duration;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.jms.client.ActiveMQDestination;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;

/**
 * Whether a temporary destination is still there. Artemis's client makes one that is not, for as long as the connection
 * lives: askers that gave up would leave more and more of them behind.
 */
final class Askers {
    private static final int MOST_KNOWN = 10_000;
    private static final Duration KNOWN_FOR = Duration.ofSeconds(10);

    private final Cache<Destination, Boolean> known = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .expireAfterWrite(KNOWN_FOR)
            .build();

    /** Of other clients' brokers, sending finds out. */
    boolean isGone(Session session, Destination asker) throws JMSException {
        if (!(session instanceof ActiveMQSession artemis)
                || !(asker instanceof ActiveMQDestination destination)
                || known.getIfPresent(asker) != null) {
            return false;
        }
        try {
            if (!artemis.getCoreSession()
                    .addressQuery(destination.getSimpleAddress())
                    .isExists()) {
                return true;
            }
        } catch (ActiveMQException e) {
            JMSException told = new JMSException(e.getMessage());
            told.initCause(e);
            throw told;
        }
        known.put(asker, true);
        return false;
    }
}
