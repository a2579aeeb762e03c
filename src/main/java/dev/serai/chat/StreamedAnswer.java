package dev.serai.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.http.BrokenAnswerException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.sse.SseEvent;
import dev.serai.sse.SseReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the answer of what a server gives in parts. Source: OpenAI API reference, "The chat completion chunk object". A server
 * may count its usage beside the choices or in one.
 */
final class StreamedAnswer {
    private static final int MOST_EVENT_BYTES = 1024 * 1024;
    private static final String END = "[DONE]";

    private final ObjectNode tree = JsonNodeFactory.instance.objectNode();
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final Map<Integer, Call> calls = new TreeMap<>();
    private @Nullable JsonNode reason;

    /** A call of a tool, as far as it has come. */
    private record Call(ObjectNode head, StringBuilder arguments) {}

    private StreamedAnswer() {}

    /**
     * The whole answer, as it would have come at once.
     *
     * @param text takes the parts of its text as they come
     * @throws CapabilityException {@code upstream_protocol_error} where the stream breaks, or ends before the answer does
     */
    static JsonNode read(InputStream in, Consumer<String> text) {
        StreamedAnswer answer = new StreamedAnswer();
        try (SseReader events = new SseReader(in, MOST_EVENT_BYTES)) {
            for (SseEvent event = events.next(); event != null; event = events.next()) {
                if (event.data().strip().equals(END)) {
                    return answer.whole();
                }
                answer.take(Json.MAPPER.readTree(event.data()), text);
            }
        } catch (JsonProcessingException e) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the upstream sent an event whose data is not valid JSON", e);
        } catch (InterruptedIOException e) {
            throw new CapabilityException(ErrorCode.TIMEOUT, "the upstream did not finish its answer in time", e);
        } catch (IOException e) {
            throw new BrokenAnswerException("the connection broke before the answer was complete", e);
        }
        if (answer.reason == null) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the event stream ended before the answer was complete");
        }
        return answer.whole();
    }

    private void take(JsonNode part, Consumer<String> text) {
        if (part.path("error").isObject()) {
            throw ChatAnswer.failed(part.path("error"));
        }
        for (String field : new String[] {"id", "model", "created", "usage"}) {
            if (part.hasNonNull(field)) {
                tree.set(field, part.get(field));
            }
        }
        JsonNode choice = part.path("choices").path(0);
        if (choice.hasNonNull("usage")) {
            tree.set("usage", choice.get("usage"));
        }
        if (choice.hasNonNull("finish_reason")) {
            reason = choice.get("finish_reason");
        }
        JsonNode delta = choice.path("delta");
        reasoning.append(textOf(delta, "reasoning_content"));
        delta.path("tool_calls").forEach(this::takeCall);
        String said = textOf(delta, "content");
        if (!said.isEmpty()) {
            content.append(said);
            text.accept(said);
        }
    }

    private void takeCall(JsonNode part) {
        Call call = calls.computeIfAbsent(
                part.path("index").asInt(0),
                index -> new Call(JsonNodeFactory.instance.objectNode(), new StringBuilder()));
        for (String field : new String[] {"id", "type"}) {
            if (part.hasNonNull(field)) {
                call.head().set(field, part.get(field));
            }
        }
        JsonNode function = part.path("function");
        if (function.hasNonNull("name")) {
            call.head().withObject("/function").set("name", function.get("name"));
        }
        call.arguments().append(textOf(function, "arguments"));
    }

    private static String textOf(JsonNode from, String field) {
        JsonNode value = from.path(field);
        return value.isTextual() ? value.asText() : "";
    }

    private JsonNode whole() {
        ObjectNode choice = tree.putArray("choices").addObject().put("index", 0);
        choice.set("finish_reason", reason);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        if (content.isEmpty() && !calls.isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", content.toString());
        }
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!calls.isEmpty()) {
            ArrayNode all = message.putArray("tool_calls");
            for (Call call : calls.values()) {
                call.head()
                        .withObject("/function")
                        .put("arguments", call.arguments().toString());
                all.add(call.head());
            }
        }
        return tree;
    }
}
