package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What servers may ask the caller of a call, and whether this one can be asked it. */
final class CallerQuestions {
    private static final Map<String, String> ABILITIES = Map.of(
            "elicitation/create", "elicitation",
            "sampling/createMessage", "sampling",
            "roots/list", "roots");

    private CallerQuestions() {}

    static boolean isKnown(String method) {
        return ABILITIES.containsKey(method);
    }

    /**
     * Asks the caller.
     *
     * @param key unique among the open questions of the call
     * @param deadlineNanos {@link System#nanoTime()} at which nobody waits any more
     * @return the result, or a {@link CapabilityException}
     */
    static CompletableFuture<JsonNode> ask(
            @Nullable CallerChannel channel, String key, String method, JsonNode params, long deadlineNanos) {
        String ability = ABILITIES.get(method);
        if (channel == null || ability == null) {
            return CompletableFuture.failedFuture(new CapabilityException(
                    ErrorCode.UPSTREAM_ERROR,
                    "the server asks its caller (" + (ability == null ? "something unknown" : method)
                            + "), and this caller cannot be asked that; expected a client that declares the capability "
                            + (ability == null ? "for it" : ability)));
        }
        ObjectNode asked = params instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        long left = Math.max(1, deadlineNanos - System.nanoTime());
        return channel.ask(key, method, asked)
                .toCompletableFuture()
                .copy()
                .orTimeout(left, TimeUnit.NANOSECONDS)
                .thenApply(CallerQuestions::checked);
    }

    private static JsonNode checked(JsonNode result) {
        if (!result.isObject()) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_ERROR, "the caller's answer to the server is no object; expected a result");
        }
        return result;
    }
}
