package dev.serai.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.delivery.DeadReason;
import dev.serai.delivery.Delivery;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import dev.serai.invocation.ProblemDocument;
import dev.serai.lifecycle.Stage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Makes the records that say what became of one: the answer, and the dead letter. Both have its key. */
final class Outgoing {
    private static final int MAX_DETAIL = 1_000;

    private final KafkaOptions.Topics topics;
    private final Set<String> correlation;

    Outgoing(KafkaOptions options) {
        this.topics = options.topics();
        this.correlation = options.correlation();
    }

    ProducerRecord<byte[], byte[]> answer(Exchange exchange, ConsumerRecord<byte[], byte[]> taken) {
        Message message = exchange.getMessage();
        Headers headers = correlated(taken);
        for (String name : InvocationHeaders.TOLD) {
            add(headers, name, message.getHeader(name));
        }
        add(headers, InvocationHeaders.SEQUENCE, message.getHeader(InvocationHeaders.SEQUENCE));
        return record(topics.results(), taken, bytes(message.getBody(JsonNode.class)), headers);
    }

    /** What is told of a call that goes on. */
    ProducerRecord<byte[], byte[]> part(
            ConsumerRecord<byte[], byte[]> taken, @Nullable Object requestId, int number, JsonNode part) {
        Headers headers = correlated(taken);
        add(headers, InvocationHeaders.REQUEST_ID, requestId);
        add(headers, InvocationHeaders.SEQUENCE, number);
        return record(topics.results(), taken, bytes(part), headers);
    }

    /** Instead of an answer that the topic does not take. */
    ProducerRecord<byte[], byte[]> tooLarge(Exchange exchange, ConsumerRecord<byte[], byte[]> taken) {
        String requestId = exchange.getMessage().getHeader(InvocationHeaders.REQUEST_ID, String.class);
        ErrorCode code = ErrorCode.PAYLOAD_TOO_LARGE;
        Headers headers = correlated(taken);
        add(headers, InvocationHeaders.SEQUENCE, exchange.getMessage().getHeader(InvocationHeaders.SEQUENCE));
        add(headers, InvocationHeaders.REQUEST_ID, requestId);
        add(headers, InvocationHeaders.STATUS, Stage.FAILED.wireName());
        add(headers, InvocationHeaders.ERROR_CODE, code.wireName());
        JsonNode problem = ProblemDocument.of(
                code,
                "the call has ended, with an answer larger than the topic " + topics.results() + " takes",
                TakenRecord.text(taken, InvocationHeaders.ID),
                requestId);
        return record(topics.results(), taken, bytes(problem), headers);
    }

    /** The record as it came, and behind its own headers those of {@link DeadHeaders}. */
    ProducerRecord<byte[], byte[]> deadLetter(
            Exchange exchange, ConsumerRecord<byte[], byte[]> taken, boolean withValue) {
        Message message = exchange.getMessage();
        DeadReason reason = exchange.getProperty(Delivery.DEAD, DeadReason.class);
        JsonNode problem = message.getBody(JsonNode.class);
        String detail = problem == null ? "" : problem.path("detail").asText();
        Headers headers = new RecordHeaders(taken.headers());
        add(headers, DeadHeaders.CODE, message.getHeader(InvocationHeaders.ERROR_CODE, "", String.class));
        add(headers, DeadHeaders.DETAIL, detail.substring(0, Math.min(detail.length(), MAX_DETAIL)));
        add(headers, DeadHeaders.REASON, reason == null ? "" : reason.word());
        add(headers, DeadHeaders.ATTEMPTS, exchange.getProperty(Delivery.ATTEMPTS, 0, Integer.class));
        add(headers, DeadHeaders.REQUEST_ID, message.getHeader(InvocationHeaders.REQUEST_ID));
        add(headers, DeadHeaders.FROM, taken.topic() + "-" + taken.partition() + "-" + taken.offset());
        add(headers, DeadHeaders.WHOLE, withValue);
        add(headers, DeadHeaders.AT, Instant.now());
        return record(topics.deadLetters(), taken, withValue ? taken.value() : null, headers);
    }

    private Headers correlated(ConsumerRecord<byte[], byte[]> taken) {
        Headers headers = new RecordHeaders();
        for (Header header : taken.headers()) {
            if (correlation.contains(header.key()) || TakenRecord.TRACE.contains(header.key())) {
                headers.add(header);
            }
        }
        return headers;
    }

    private static void add(Headers headers, String name, @Nullable Object value) {
        if (value != null) {
            headers.add(name, value.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, ConsumerRecord<byte[], byte[]> taken, byte @Nullable [] value, Headers headers) {
        return new ProducerRecord<>(topic, null, null, taken.key(), value, headers);
    }

    private static byte[] bytes(@Nullable JsonNode tree) {
        try {
            return Json.bytes(tree == null ? Json.MAPPER.nullNode() : tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }
}
