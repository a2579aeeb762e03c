package dev.serai.jms;

import dev.serai.delivery.DeadReason;
import dev.serai.delivery.Delivery;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Puts a message that could not be delivered, as it came, into the queue of dead letters, in its own transaction. */
final class BuryJmsMessage implements Processor {
    private final JmsOptions options;
    private final JmsProducers producers;
    private final JmsStats stats;

    BuryJmsMessage(JmsOptions options, JmsProducers producers, JmsStats stats) {
        this.options = options;
        this.producers = producers;
        this.stats = stats;
    }

    @Override
    public void process(Exchange exchange) throws JMSException {
        DeadReason reason = exchange.getProperty(Delivery.DEAD, DeadReason.class);
        if (reason == null) {
            return;
        }
        JmsRequest request = JmsRequest.of(exchange);
        Session session = request.session();
        Message letter = JmsLetter.of(request.message(), reason, exchange);
        // One priority for all: a browser shows the oldest first.
        producers
                .of(session)
                .send(
                        session.createQueue(options.deadLetters()),
                        letter,
                        DeliveryMode.PERSISTENT,
                        Message.DEFAULT_PRIORITY,
                        0);
        stats.dead.increment();
    }
}
