package dev.serai.chat;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.UpstreamText;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer. Source: OpenAI API reference, "The chat completion object".
 *
 * @param tree all of it
 * @param message the first choice's
 * @param finishReason why it ends; empty where the server does not say
 */
record ChatAnswer(JsonNode tree, JsonNode message, String finishReason) {
    private static final String CUT_OFF = "length";

    /**
     * What an answer's bytes, or its tree, say.
     *
     * @param mayBeEmpty whether a choice that says nothing will do
     * @throws CapabilityException {@code upstream_protocol_error} for what is no answer
     */
    static ChatAnswer of(@Nullable Object body, boolean mayBeEmpty) {
        try {
            JsonNode given = body instanceof JsonNode node ? node : null;
            return of(body instanceof byte[] bytes ? Json.MAPPER.readTree(bytes) : given, mayBeEmpty);
        } catch (JacksonException e) {
            throw broken("the answer is no JSON", e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    private static ChatAnswer of(@Nullable JsonNode tree, boolean mayBeEmpty) {
        if (tree == null || !tree.isObject()) {
            throw broken("the answer is no JSON object", null);
        }
        if (tree.path("error").isObject()) {
            throw failed(tree.path("error"));
        }
        JsonNode choice = tree.path("choices").path(0);
        JsonNode message = choice.path("message");
        String reason = choice.path("finish_reason").asText("");
        if (!message.isObject()) {
            throw broken("the answer holds no choice", null);
        }
        if (!mayBeEmpty
                && isNothing(message.path("content"))
                && isNothing(message.path("tool_calls"))
                && isNothing(message.path("reasoning_content"))) {
            throw broken(
                    "the answer's choice is empty: neither content nor tool calls"
                            + (reason.isEmpty()
                                    ? ""
                                    : " (finish_reason " + UpstreamText.excerpt(reason, List.of()) + ")"),
                    null);
        }
        return new ChatAnswer(tree, message, reason);
    }

    private static boolean isNothing(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isTextual() && value.asText().isEmpty())
                || (value.isContainerNode() && value.isEmpty());
    }

    /** An error of OpenAI's form beside a status that says nothing of it. */
    static CapabilityException failed(JsonNode error) {
        String said = error.path("message").asText("");
        return new CapabilityException(
                ErrorCode.UPSTREAM_ERROR,
                "the upstream answered with an error: "
                        + UpstreamText.excerpt(said.isEmpty() ? error.toString() : said, List.of()));
    }

    private static CapabilityException broken(String what, @Nullable Throwable cause) {
        return new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, what, cause);
    }

    String text() {
        return text("content");
    }

    String text(String field) {
        JsonNode value = message.path(field);
        return value.isTextual() ? value.asText() : "";
    }

    boolean isCutOff() {
        return finishReason.equals(CUT_OFF);
    }

    /** Whether what is there is text alone, to which more can be added. */
    boolean isText() {
        return message.path("content").isTextual() && isNothing(message.path("tool_calls"));
    }

    /** 0 where the server does not say. */
    long tokens() {
        return Math.max(0, tree.path("usage").path("total_tokens").asLong(0));
    }
}
