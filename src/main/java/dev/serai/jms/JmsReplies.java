package dev.serai.jms;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.delivery.DeadReason;
import dev.serai.delivery.Delivery;
import dev.serai.delivery.PartSequence;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Puts the outcome where its sender wants it, in the transaction of the message. */
final class JmsReplies implements Processor {

    /** Longer than anybody waits at a temporary queue: a broker may make one again that is gone. */
    static final long TEMPORARY_LIFE_MS = 3_600_000;

    /** For the parts that are still on their way. */
    private static final long PARTS_SECONDS = 30;

    private static final int UNKNOWN = -1;

    private final Askers askers = new Askers();
    private final JmsOptions options;
    private final JmsProducers producers;
    private final RefusedReplies refused;
    private final JmsStats stats;

    JmsReplies(JmsOptions options, JmsProducers producers, RefusedReplies refused, JmsStats stats) {
        this.options = options;
        this.producers = producers;
        this.refused = refused;
        this.stats = stats;
    }

    /**
     * Refuses a message whose reply must not go where it says.
     *
     * @throws CapabilityException {@link ErrorCode#FORBIDDEN}
     */
    void check(JmsRequest request) throws JMSException {
        Destination asked = request.message().getJMSReplyTo();
        if (asked != null && !allowed(asked)) {
            throw new CapabilityException(
                    ErrorCode.FORBIDDEN,
                    "JMSReplyTo names a destination that serai.jms.reply-to does not allow; nothing was called");
        }
    }

    private boolean allowed(Destination asked) throws JMSException {
        ReplyPolicy.Place place = place(asked);
        return place != null && options.replyTo().allows(place);
    }

    private static ReplyPolicy.@Nullable Place place(Destination asked) throws JMSException {
        if (asked instanceof Queue queue && queue.getQueueName() != null) {
            return new ReplyPolicy.Place(queue.getQueueName(), false, isTemporary(asked));
        }
        if (asked instanceof Topic topic && topic.getTopicName() != null) {
            return new ReplyPolicy.Place(topic.getTopicName(), true, isTemporary(asked));
        }
        return null;
    }

    private static boolean isTemporary(Destination asked) {
        return asked instanceof TemporaryQueue || asked instanceof TemporaryTopic;
    }

    @Override
    public void process(Exchange exchange) throws JMSException, IOException {
        JmsRequest request = JmsRequest.of(exchange);
        Destination to = to(request);
        if (to == null) {
            stats.unasked.increment();
            return;
        }
        boolean temporary = isTemporary(to);
        if (!temporary || !askers.isGone(request.session(), to)) {
            try {
                send(
                        request,
                        to,
                        reply(exchange, request),
                        temporary ? TEMPORARY_LIFE_MS : Message.DEFAULT_TIME_TO_LIVE);
                stats.replied.increment();
                return;
            } catch (InvalidDestinationException | JMSSecurityException e) {
                // As if it were not there.
            }
        }
        stats.gone.increment();
        // Of a temporary one, whoever waited there is gone too.
        if (!temporary && exchange.getProperty(Delivery.DEAD) == null) {
            exchange.setProperty(Delivery.DEAD, DeadReason.UNANSWERED);
        }
    }

    private void send(JmsRequest request, Destination to, Message reply, long life) throws JMSException {
        Message asked = request.message();
        if (refused.has(asked)) {
            refused.send(asked, to, reply, life);
        } else {
            producers.of(request.session()).send(to, reply, asked.getJMSDeliveryMode(), asked.getJMSPriority(), life);
        }
    }

    /** {@code null} where nobody asks for a reply. */
    @Nullable
    Destination to(JmsRequest request) throws JMSException {
        Destination asked = asked(request.message());
        if (asked != null && allowed(asked)) {
            return asked;
        }
        String queue = options.replyQueue();
        return queue == null ? null : request.session().createQueue(queue);
    }

    /** What cannot even be read was refused before. */
    private static @Nullable Destination asked(Message message) {
        try {
            return message.getJMSReplyTo();
        } catch (JMSException | RuntimeException e) {
            return null;
        }
    }

    private Message reply(Exchange exchange, JmsRequest request) throws JMSException, IOException {
        org.apache.camel.Message outcome = exchange.getMessage();
        TextMessage reply = request.session().createTextMessage();
        if (outcome.getBody() instanceof JsonNode body) {
            reply.setText(new String(Json.bytes(body), StandardCharsets.UTF_8));
        }
        for (String name : InvocationHeaders.TOLD) {
            Object value = outcome.getHeader(name);
            if (value != null) {
                reply.setObjectProperty(name, value);
            }
        }
        PartSequence parts = PartSequence.of(exchange);
        if (parts != null) {
            Integer number = parts.end()
                    .toCompletableFuture()
                    .completeOnTimeout(UNKNOWN, PARTS_SECONDS, TimeUnit.SECONDS)
                    .join();
            if (number != UNKNOWN) {
                reply.setIntProperty(InvocationHeaders.SEQUENCE, number);
            }
        }
        reply.setJMSCorrelationID(correlation(request.message()));
        return reply;
    }

    /** By which the sender knows the reply. */
    String correlation(Message asked) throws JMSException {
        String named = options.copiesMessageId() ? null : asked.getJMSCorrelationID();
        return named == null || named.isEmpty() ? asked.getJMSMessageID() : named;
    }
}
