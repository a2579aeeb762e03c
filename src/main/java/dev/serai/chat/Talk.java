package dev.serai.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call's talk with its server: the request, then the answers, until nothing more is to come. */
final class Talk {
    private static final String GO_ON =
            "Your answer was cut off. Go on exactly where it ends, without repeating or introducing anything.";

    private final Question question;
    private final Conversation before;
    private final int mostCalls;
    private final int mostTokens;
    /** Those of the first request. */
    private final List<JsonNode> messages = new ArrayList<>();

    private final List<ChatAnswer> answers = new ArrayList<>();
    private final List<String> parts = new ArrayList<>();
    private int attempts;
    private long tokens;
    private boolean complete;
    private String finishReason = "";
    private @Nullable String failure;

    /** Of the cache and of repeated requests, for the result. */
    boolean cacheAttached;

    @Nullable
    String cacheToken;

    @Nullable
    String idempotencyKey;

    /** Parts that the caller was told. */
    int told;

    Talk(Question question, Conversation before, Capability capability) {
        this.question = question;
        this.before = before;
        this.mostCalls = question.continues() ? Limit.CONTINUATION_CALLS.of(capability) : 0;
        this.mostTokens = Limit.CONTINUATION_TOKENS.of(capability);
        question.systems().forEach(messages::add);
        messages.addAll(before.messages());
        question.messages().forEach(messages::add);
    }

    Conversation before() {
        return before;
    }

    /** Names what the chat begins with. */
    String beginning() {
        return Digest.of(messages.get(0).toString());
    }

    /** Requests that have been answered. */
    int attempts() {
        return attempts;
    }

    /** The next request. */
    ObjectNode request() {
        ObjectNode request = question.options().deepCopy();
        ArrayNode sent = request.putArray("messages");
        messages.forEach(sent::add);
        if (!parts.isEmpty()) {
            sent.addObject().put("role", "assistant").put("content", String.join("", parts));
            sent.addObject().put("role", "user").put("content", GO_ON);
        }
        return request;
    }

    /** Takes an answer in; whether the rest of it is to be asked for. */
    boolean take(ChatAnswer answer) {
        attempts++;
        tokens += answer.tokens();
        String part = answer.text();
        boolean first = answers.isEmpty();
        answers.add(answer);
        if (!first && (part.isBlank() || parts.contains(part))) {
            return false;
        }
        parts.add(part);
        finishReason = answer.finishReason();
        complete = !answer.isCutOff();
        return !complete && answer.isText() && !part.isBlank() && attempts <= mostCalls && tokens < mostTokens;
    }

    /** The rest of the answer cannot be had. */
    void failed(String why) {
        failure = why;
    }

    /** What the server said, as it said it; of several answers all. */
    JsonNode raw() {
        if (answers.size() == 1) {
            return answers.get(0).tree();
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        answers.forEach(answer -> all.add(answer.tree()));
        return all;
    }

    ObjectNode result() {
        ChatAnswer first = answers.get(0);
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.set(
                "model",
                first.tree().hasNonNull("model")
                        ? first.tree().get("model")
                        : question.options().get("model"));
        result.set("content", content(first));
        StringBuilder reasoning = new StringBuilder();
        answers.forEach(answer -> reasoning.append(answer.text("reasoning_content")));
        if (!reasoning.isEmpty()) {
            result.put("reasoning_content", reasoning.toString());
        }
        if (first.message().path("tool_calls").isArray()) {
            result.set("tool_calls", first.message().get("tool_calls"));
        }
        result.set("usage", usage());
        result.put("finish_reason", finishReason);
        ObjectNode metadata = result.putObject("metadata");
        metadata.putObject("cache").put("attached", cacheAttached).put("saved", cacheToken != null);
        if (idempotencyKey != null) {
            metadata.put("idempotency_key", idempotencyKey);
        }
        ObjectNode continuation = metadata.putObject("continuation")
                .put("attempts", attempts - 1)
                .put("total_tokens", tokens)
                .put("was_truncated", first.isCutOff())
                .put("is_complete", complete);
        if (failure != null) {
            continuation.put("error", failure);
        }
        return result;
    }

    private JsonNode content(ChatAnswer first) {
        JsonNode content = first.message().path("content");
        return content.isTextual()
                ? JsonNodeFactory.instance.textNode(String.join("", parts))
                : content.isMissingNode() ? JsonNodeFactory.instance.nullNode() : content;
    }

    /** As the server counts it; of several answers the sums. */
    private JsonNode usage() {
        if (answers.size() == 1) {
            JsonNode only = answers.get(0).tree().path("usage");
            return only.isMissingNode() ? JsonNodeFactory.instance.nullNode() : only;
        }
        ObjectNode sums = JsonNodeFactory.instance.objectNode();
        for (ChatAnswer answer : answers) {
            for (Map.Entry<String, JsonNode> count : answer.tree().path("usage").properties()) {
                if (count.getValue().isIntegralNumber()) {
                    sums.put(
                            count.getKey(),
                            sums.path(count.getKey()).asLong(0)
                                    + count.getValue().asLong());
                }
            }
        }
        return sums;
    }

    /** This question and its answer, for the conversation. */
    Conversation.Turn turn() {
        ArrayNode said = JsonNodeFactory.instance.arrayNode();
        question.messages().forEach(said::add);
        ChatAnswer first = answers.get(0);
        ObjectNode answer = said.addObject().put("role", "assistant");
        answer.set("content", content(first));
        if (first.message().path("tool_calls").isArray()) {
            answer.set("tool_calls", first.message().get("tool_calls"));
        }
        return new Conversation.Turn(said, said.toString().getBytes(StandardCharsets.UTF_8).length);
    }
}
