package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import dev.serai.invocation.ProblemDocument;
import dev.serai.lifecycle.Stage;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended, as it is kept for those who ask again.
 *
 * @param status the {@code CapabilityStatus}
 * @param code the error code; {@code null} without one
 * @param body the answer; {@code null} where it was too long to be kept
 */
record DeliveryOutcome(
        String status, @Nullable String code, @Nullable JsonNode body) {
    /** The answer on this exchange. */
    static DeliveryOutcome of(Exchange exchange) {
        Message message = exchange.getMessage();
        return new DeliveryOutcome(
                message.getHeader(InvocationHeaders.STATUS, "", String.class),
                message.getHeader(InvocationHeaders.ERROR_CODE, String.class),
                message.getBody(JsonNode.class));
    }

    /** At most {@link DeliveryMarks#MAX_OUTCOME} of them. */
    byte[] bytes() {
        byte[] whole = write(body);
        return whole.length <= DeliveryMarks.MAX_OUTCOME ? whole : write(null);
    }

    private byte[] write(@Nullable JsonNode answer) {
        ObjectNode tree = Json.MAPPER.createObjectNode().put("status", status);
        if (code != null) {
            tree.put("code", code);
        }
        if (answer != null) {
            tree.set("body", answer);
        }
        try {
            return Json.bytes(tree);
        } catch (IOException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    static DeliveryOutcome of(byte[] bytes) {
        try {
            JsonNode tree = Json.MAPPER.readTree(bytes);
            JsonNode code = tree.get("code");
            return new DeliveryOutcome(
                    tree.path("status").asText(), code == null ? null : code.asText(), tree.get("body"));
        } catch (IOException e) {
            return new DeliveryOutcome("unknown", null, null);
        }
    }

    /** Answers with it, as the call itself did. */
    void answer(Exchange exchange) {
        if (body == null) {
            problem(
                    exchange,
                    ErrorCode.OUTCOME_UNKNOWN,
                    "the call ended as " + status
                            + " before, with an answer that was too long to be kept; it was not run again");
            return;
        }
        Message message = begun(exchange);
        message.setHeader(InvocationHeaders.STATUS, status);
        if (code != null) {
            message.setHeader(InvocationHeaders.ERROR_CODE, code);
        }
        message.setBody(body);
    }

    /** Answers with a failure. */
    static void problem(Exchange exchange, ErrorCode code, String detail) {
        Message message = exchange.getMessage();
        String id = message.getHeader(InvocationHeaders.ID, String.class);
        String requestId = message.getHeader(InvocationHeaders.REQUEST_ID, String.class);
        begun(exchange);
        message.setHeader(InvocationHeaders.STATUS, Stage.of(code).wireName());
        message.setHeader(InvocationHeaders.ERROR_CODE, code.wireName());
        message.setBody(ProblemDocument.of(code, detail, id, requestId));
    }

    /** Without the headers that only meant the call. */
    private static Message begun(Exchange exchange) {
        Message message = exchange.getMessage();
        String requestId = message.getHeader(InvocationHeaders.REQUEST_ID, String.class);
        message.getHeaders()
                .keySet()
                .removeIf(name ->
                        name.regionMatches(true, 0, InvocationHeaders.PREFIX, 0, InvocationHeaders.PREFIX.length()));
        message.setHeader(InvocationHeaders.REQUEST_ID, requestId);
        message.setHeader(InvocationHeaders.ATTEMPTS, 0);
        message.setHeader(InvocationHeaders.DURATION_MS, 0L);
        return message;
    }
}
