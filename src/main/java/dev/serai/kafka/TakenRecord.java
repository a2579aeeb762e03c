package dev.serai.kafka;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.delivery.DeadReason;
import dev.serai.delivery.Delivery;
import dev.serai.invocation.Caller;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.ProblemDocument;
import dev.serai.lifecycle.Stage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Makes an exchange of a record: the headers of the contract and the trace context come along, and nothing else does. */
final class TakenRecord {
    /** Exchange property with the record as it came. */
    private static final String PROPERTY = "SeraiKafkaRecord";

    private static final List<String> CALL = List.of(
            InvocationHeaders.ID,
            InvocationHeaders.REQUEST_ID,
            InvocationHeaders.CONVERSATION,
            InvocationHeaders.PRIORITY,
            InvocationHeaders.TIMEOUT_MS);
    static final List<String> TRACE = List.of("traceparent", "tracestate");
    /** Longest part of a topic's name in a request id, which has 256 characters at most. */
    private static final int TOPIC_CHARACTERS = 190;

    private TakenRecord() {}

    static void put(ConsumerRecord<byte[], byte[]> taken, Exchange exchange, Caller caller) {
        Message message = exchange.getMessage();
        exchange.setProperty(PROPERTY, taken);
        exchange.setProperty(Caller.PROPERTY, caller);
        message.setBody(taken.value());
        for (String name : TRACE) {
            message.setHeader(name, text(taken, name));
        }
        @Nullable String bad = null;
        for (String name : CALL) {
            Header header = taken.headers().lastHeader(name);
            String text = text(taken, name);
            if (header != null && header.value() != null && text == null) {
                bad = name;
            } else {
                message.setHeader(name, text);
            }
        }
        if (message.getHeader(InvocationHeaders.REQUEST_ID) == null) {
            message.setHeader(InvocationHeaders.REQUEST_ID, requestId(taken));
        }
        if (bad != null) {
            refuse(exchange, "the header " + bad + " is no text: expected UTF-8");
        }
    }

    static @Nullable ConsumerRecord<byte[], byte[]> of(Exchange exchange) {
        @SuppressWarnings("unchecked")
        ConsumerRecord<byte[], byte[]> taken = exchange.getProperty(PROPERTY, ConsumerRecord.class);
        return taken;
    }

    /** The last header of this name; {@code null} where there is none, or it is no text. */
    static @Nullable String text(ConsumerRecord<byte[], byte[]> taken, String name) {
        Header header = taken.headers().lastHeader(name);
        if (header == null || header.value() == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(header.value()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The same each time the record is delivered; with its time, because a topic that is made anew counts anew. */
    private static String requestId(ConsumerRecord<byte[], byte[]> taken) {
        String topic = taken.topic();
        return topic.substring(Math.max(0, topic.length() - TOPIC_CHARACTERS)) + "-" + taken.partition() + "-"
                + taken.offset() + "-" + taken.timestamp();
    }

    private static void refuse(Exchange exchange, String detail) {
        Message message = exchange.getMessage();
        String requestId = message.getHeader(InvocationHeaders.REQUEST_ID, String.class);
        ObjectNode problem = ProblemDocument.of(ErrorCode.INVALID_ARGUMENTS, detail, null, requestId);
        message.removeHeaders("*");
        message.setHeader(InvocationHeaders.REQUEST_ID, requestId);
        message.setHeader(
                InvocationHeaders.STATUS, Stage.of(ErrorCode.INVALID_ARGUMENTS).wireName());
        message.setHeader(InvocationHeaders.ERROR_CODE, ErrorCode.INVALID_ARGUMENTS.wireName());
        message.setHeader(InvocationHeaders.ATTEMPTS, 0);
        message.setBody(problem);
        exchange.setProperty(Delivery.DEAD, DeadReason.POISON);
        exchange.setProperty(Delivery.ATTEMPTS, 0);
    }
}
