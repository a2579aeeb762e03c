package dev.serai.graphql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.UpstreamText;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * An answer (GraphQL, October 2021, section 7).
 *
 * @param tree all of it
 * @param errors empty where there are none
 */
record GraphqlAnswer(JsonNode tree, JsonNode errors) {
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_LARGE = 413;
    private static final String NO_SESSION = "UNAUTHENTICATED";
    private static final String NO_QUERY = "PERSISTED_QUERY_NOT_FOUND";

    /** @throws CapabilityException {@code upstream_protocol_error} for what is no answer, or the server's refusal */
    static GraphqlAnswer of(Message message) {
        int status = status(message);
        JsonNode tree = object(message.getBody());
        JsonNode errors = tree.path("errors");
        if (!tree.has("data") && !errors.isArray()) {
            if (status >= 300) {
                throw new UpstreamStatusException(status, null, null, "the upstream answered " + status);
            }
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the answer is not of GraphQL: it has neither data nor errors");
        }
        return new GraphqlAnswer(tree, errors);
    }

    /** One of several answers, as a stream or a batch has them. */
    static GraphqlAnswer of(JsonNode part) {
        if (!part.has("data") && !part.path("errors").isArray()) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "a message is not of GraphQL: it has neither data nor errors");
        }
        return new GraphqlAnswer(part, part.path("errors"));
    }

    /**
     * Those of several operations that went together, in order.
     *
     * @throws CapabilityException {@code upstream_protocol_error} for what is none, or the server's refusal of all
     */
    static JsonNode many(Message message) {
        JsonNode tree = tree(message.getBody());
        if (tree != null && tree.isArray()) {
            return tree;
        }
        if (status(message) == TOO_LARGE) {
            throw new UpstreamStatusException(TOO_LARGE, null, null, "the upstream answered " + TOO_LARGE);
        }
        // A server that takes no arrays says so in one answer. It may quote what one of the calls sent: none is shown
        // it.
        if (of(message).isRefusal()) {
            throw new UpstreamStatusException(UNAUTHORIZED, null, null, "the upstream answered " + NO_SESSION);
        }
        throw new CapabilityException(
                ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                "the answer to several operations is no array: take policy_batch away if the server takes only one");
    }

    private static int status(Message message) {
        return message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
    }

    private static JsonNode object(Object body) {
        JsonNode tree = tree(body);
        if (tree != null && tree.isObject()) {
            return tree;
        }
        throw new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the answer is no JSON object");
    }

    private static @Nullable JsonNode tree(Object body) {
        try {
            return body instanceof byte[] bytes ? Json.MAPPER.readTree(bytes) : null;
        } catch (JsonProcessingException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the answer is no JSON", e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    boolean isUnknownQuery() {
        return has(NO_QUERY) || first().equals("PersistedQueryNotFound");
    }

    /**
     * All of the answer to a login.
     *
     * @param secrets what it was sent, which an error may quote
     */
    JsonNode ofLogin(List<String> secrets) {
        if (!errors.isEmpty()) {
            throw new CapabilityException(ErrorCode.SESSION_UNAVAILABLE, "the login was refused: " + first(secrets));
        }
        return tree;
    }

    /**
     * What the caller gets.
     *
     * @param accepts whether data beside errors are a result
     * @param whole whether the result is all of the answer in any case
     * @throws CapabilityException {@code tool_error} with all of the answer where there are errors
     */
    JsonNode result(boolean accepts, boolean whole) {
        if (errors.isEmpty()) {
            return whole ? tree : tree.path("data");
        }
        if (isRefusal()) {
            throw new UpstreamStatusException(
                    UNAUTHORIZED, null, null, "the upstream answered " + NO_SESSION + ": " + first());
        }
        if (accepts && hasData()) {
            return tree;
        }
        throw new CapabilityException(ErrorCode.TOOL_ERROR, first(), tree, null);
    }

    /** Whether the server wants a login first, and has done nothing. */
    boolean isRefusal() {
        return !hasData() && has(NO_SESSION);
    }

    private boolean hasData() {
        JsonNode data = tree.path("data");
        return !data.isNull() && !data.isMissingNode();
    }

    private boolean has(String code) {
        for (JsonNode error : errors) {
            if (error.path("extensions").path("code").asText("").equals(code)) {
                return true;
            }
        }
        return false;
    }

    private String first() {
        return first(List.of());
    }

    private String first(List<String> secrets) {
        String text = UpstreamText.excerpt(errors.path(0).path("message").asText(""), secrets);
        return text.isEmpty() ? "the query failed and the server says no more" : text;
    }
}
