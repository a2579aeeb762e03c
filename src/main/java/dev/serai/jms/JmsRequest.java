package dev.serai.jms;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Priority;
import dev.serai.trace.TraceContext;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** One message as it came, and the session that it came in; what Camel sees of it is what is taken over here. */
record JmsRequest(Message message, Session session) {
    private static final String PROPERTY = "SeraiJmsRequest";
    private static final List<String> TAKEN = List.of(
            InvocationHeaders.ID,
            InvocationHeaders.REQUEST_ID,
            InvocationHeaders.CONVERSATION,
            InvocationHeaders.PRIORITY,
            InvocationHeaders.TIMEOUT_MS,
            TraceContext.PARENT,
            TraceContext.STATE);
    private static final String GROUP = "JMSXGroupID";
    /** Set by Artemis on what it streams, which would be in memory as a whole once it is read. */
    private static final String STREAMED_SIZE = "_AMQ_LARGE_SIZE";

    private static final int NORMAL_PRIORITY = 4;
    private static final int HIGH_FROM = 7;

    static JmsRequest of(Exchange exchange) {
        JmsRequest request = exchange.getProperty(PROPERTY, JmsRequest.class);
        if (request == null) {
            throw new IllegalStateException("this step runs below the JMS entry only");
        }
        return request;
    }

    void attach(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    boolean wasDelivered() throws JMSException {
        return message.getJMSRedelivered();
    }

    /** Milliseconds until it expires, below 1 for one that has; {@code null} for one that does not. */
    @Nullable
    Long left(long now) throws JMSException {
        long expiration = message.getJMSExpiration();
        return expiration == 0 ? null : expiration - now;
    }

    /** Headers of the contract, from the properties of these names or else from what JMS itself has for them. */
    Map<String, Object> headers(@Nullable Long left) throws JMSException {
        Map<String, Object> headers = new HashMap<>();
        for (String name : TAKEN) {
            Object value = message.getObjectProperty(name);
            if (value != null) {
                headers.put(name, value.toString());
            }
        }
        headers.putIfAbsent(InvocationHeaders.REQUEST_ID, message.getJMSMessageID());
        headers.putIfAbsent(InvocationHeaders.CONVERSATION, message.getStringProperty(GROUP));
        int priority = message.getJMSPriority();
        if (priority < NORMAL_PRIORITY) {
            headers.putIfAbsent(InvocationHeaders.PRIORITY, Priority.LOW.wireName());
        } else if (priority >= HIGH_FROM) {
            headers.putIfAbsent(InvocationHeaders.PRIORITY, Priority.HIGH.wireName());
        }
        if (left != null) {
            headers.merge(InvocationHeaders.TIMEOUT_MS, Long.toString(left), JmsRequest::shorter);
        }
        headers.values().removeIf(value -> value == null);
        return headers;
    }

    private static Object shorter(Object given, Object left) {
        try {
            return Long.parseLong(given.toString().trim()) <= Long.parseLong(left.toString()) ? given : left;
        } catch (NumberFormatException e) {
            // Its call says what is wrong with it.
            return given;
        }
    }

    /**
     * Text, bytes or a map; {@code null} for a message without a body.
     *
     * @param most longest body, in bytes
     * @throws CapabilityException for what is larger, or of another kind
     */
    @Nullable
    Object body(int most) throws JMSException {
        // Artemis writes text as UTF-16.
        if (message.propertyExists(STREAMED_SIZE) && message.getLongProperty(STREAMED_SIZE) / 2 > most) {
            throw tooLarge(most);
        }
        if (message instanceof TextMessage text) {
            return text.getText();
        }
        if (message instanceof BytesMessage bytes) {
            if (bytes.getBodyLength() > most) {
                throw tooLarge(most);
            }
            byte[] body = new byte[(int) bytes.getBodyLength()];
            bytes.readBytes(body);
            bytes.reset();
            return body;
        }
        if (message instanceof MapMessage map) {
            return map(map);
        }
        if (message instanceof ObjectMessage || message instanceof StreamMessage) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS,
                    "the arguments must come as a text, bytes or map message; objects are not read");
        }
        return null;
    }

    private static CapabilityException tooLarge(int most) {
        return new CapabilityException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "the message is larger than arguments may be, which is " + most + " bytes");
    }

    private static Map<String, Object> map(MapMessage message) throws JMSException {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Object name : Collections.list((Enumeration<?>) message.getMapNames())) {
            map.put((String) name, message.getObject((String) name));
        }
        return map;
    }
}
