package dev.serai.jms;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.delivery.DeadLetter;
import dev.serai.delivery.DeadReason;
import dev.serai.delivery.Delivery;
import dev.serai.invocation.InvocationHeaders;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dead letter: the message itself, body and properties as they came, with properties beside them that say why it is
 * here. What of those the sender had set, without effect, is lost.
 */
final class JmsLetter {
    private static final Logger LOG = LoggerFactory.getLogger(JmsLetter.class);
    private static final String DETAIL = "CapabilityErrorDetail";
    private static final String REASON = "CapabilityDeadReason";
    private static final String ATTEMPTS = "CapabilityDeliveryAttempts";
    private static final String AT = "CapabilityDeadAt";
    private static final String MESSAGE_ID = "CapabilityDeadMessageId";
    private static final String PRIORITY = "CapabilityDeadPriority";
    private static final Set<String> ADDED =
            Set.of(InvocationHeaders.ERROR_CODE, DETAIL, REASON, ATTEMPTS, AT, MESSAGE_ID, PRIORITY);
    /** Artemis drops what it has seen with this id on an address: each sending is one of its own. */
    private static final String DUPLICATE_ID = "_AMQ_DUPL_ID";

    private static final String PROVIDERS = "JMSX";
    private static final String VENDORS = "JMS_";
    private static final Set<String> SENDERS = Set.of("JMSXGroupID", "JMSXGroupSeq");
    private static final int MAX_DETAIL = 500;
    private static final int MOST_HEADERS = 64;

    private JmsLetter() {}

    /** The message turned into a letter, to be sent in its own session. */
    static Message of(Message original, DeadReason reason, Exchange exchange) throws JMSException {
        Map<String, Object> added = new LinkedHashMap<>();
        String code = exchange.getMessage().getHeader(InvocationHeaders.ERROR_CODE, String.class);
        added.put(InvocationHeaders.ERROR_CODE, code == null ? reason.word() : code);
        added.put(DETAIL, detail(exchange));
        added.put(REASON, reason.word());
        added.put(ATTEMPTS, exchange.getProperty(Delivery.ATTEMPTS, 0, Integer.class));
        added.put(AT, Instant.now().toString());
        added.put(MESSAGE_ID, original.getJMSMessageID());
        added.put(PRIORITY, original.getJMSPriority());
        rewrite(original, added);
        return original;
    }

    /** The letter turned into the message that it was; the request id that it had as a message is now its own. */
    static Message replayed(Message letter) throws JMSException {
        Map<String, Object> added = new LinkedHashMap<>();
        added.put(InvocationHeaders.REQUEST_ID, requestId(letter));
        rewrite(letter, added);
        return letter;
    }

    /** As sent. */
    static int priority(Message letter) throws JMSException {
        return letter.getObjectProperty(PRIORITY) instanceof Integer priority && priority >= 0 && priority <= 9
                ? priority
                : Message.DEFAULT_PRIORITY;
    }

    private static void rewrite(Message message, Map<String, Object> added) throws JMSException {
        Map<String, Object> kept = properties(message);
        boolean unique = message.propertyExists(DUPLICATE_ID);
        message.clearProperties();
        for (Map.Entry<String, Object> property : kept.entrySet()) {
            if (!added.containsKey(property.getKey())) {
                set(message, property.getKey(), property.getValue());
            }
        }
        for (Map.Entry<String, Object> property : added.entrySet()) {
            if (property.getValue() != null) {
                message.setObjectProperty(property.getKey(), property.getValue());
            }
        }
        if (unique) {
            message.setStringProperty(DUPLICATE_ID, UUID.randomUUID().toString());
        }
    }

    /** A name that a sender had from another protocol, and no client for JMS can send, stays behind. */
    private static void set(Message message, String name, Object value) {
        try {
            message.setObjectProperty(name, value);
        } catch (JMSException | JMSRuntimeException e) {
            LOG.debug("a property that JMS does not have is not in the dead letter: {}", name);
        }
    }

    /** Without those that say why it is here, and those that the broker or its client sets itself. */
    private static Map<String, Object> properties(Message message) throws JMSException {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Object found : Collections.list((Enumeration<?>) message.getPropertyNames())) {
            String name = (String) found;
            Object value = message.getObjectProperty(name);
            boolean providers = name.startsWith(PROVIDERS) || name.startsWith(VENDORS);
            boolean senders = !providers || SENDERS.contains(name);
            if (value != null && senders && !ADDED.contains(name) && !name.equals(DUPLICATE_ID)) {
                properties.put(name, value);
            }
        }
        return properties;
    }

    private static String detail(Exchange exchange) {
        String detail = exchange.getMessage().getBody() instanceof JsonNode body
                ? body.path("detail").asText("")
                : "";
        return detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
    }

    /** For operators. */
    static DeadLetter shown(String channel, Message letter, @Nullable String body) throws JMSException {
        Map<String, String> headers = new LinkedHashMap<>();
        put(headers, "JMSCorrelationID", letter.getJMSCorrelationID());
        put(headers, "JMSReplyTo", letter.getJMSReplyTo());
        put(headers, "JMSType", letter.getJMSType());
        for (Map.Entry<String, Object> property : properties(letter).entrySet()) {
            if (headers.size() < MOST_HEADERS) {
                put(headers, property.getKey(), property.getValue());
            }
        }
        return new DeadLetter(
                channel,
                String.valueOf(letter.getJMSMessageID()),
                at(letter),
                text(letter, InvocationHeaders.ID),
                requestId(letter),
                text(letter, InvocationHeaders.ERROR_CODE, "unknown"),
                text(letter, DETAIL, ""),
                letter.getObjectProperty(ATTEMPTS) instanceof Integer attempts ? attempts : 0,
                headers,
                body);
    }

    private static void put(Map<String, String> headers, String name, @Nullable Object value) {
        if (value != null) {
            headers.put(name, value.toString());
        }
    }

    private static @Nullable String requestId(Message letter) throws JMSException {
        String named = text(letter, InvocationHeaders.REQUEST_ID);
        return named == null ? text(letter, MESSAGE_ID) : named;
    }

    private static Instant at(Message letter) throws JMSException {
        try {
            return Instant.parse(text(letter, AT, ""));
        } catch (DateTimeException e) {
            return Instant.ofEpochMilli(letter.getJMSTimestamp());
        }
    }

    private static @Nullable String text(Message letter, String name) throws JMSException {
        Object value = letter.getObjectProperty(name);
        return value == null ? null : value.toString();
    }

    private static String text(Message letter, String name, String otherwise) throws JMSException {
        String text = text(letter, name);
        return text == null ? otherwise : text;
    }
}
