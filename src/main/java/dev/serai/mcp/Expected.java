package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for in the messages of a server.
 *
 * @param <R> what it comes to
 */
@FunctionalInterface
interface Expected<R> {
    /**
     * What these messages, with those before them, come to; {@code null} where there is more to come.
     *
     * @param messages one, or an array of them
     * @param others takes those that are no answers
     */
    @Nullable
    R in(JsonNode messages, Incoming others);

    /** How many requests wait for answers; at least 1. */
    default int requests() {
        return 1;
    }

    /** What is wrong with these messages, which are all that there is. */
    default String absentFrom(JsonNode messages) {
        return JsonRpcAnswer.holdsAnswer(messages)
                ? "the upstream answered another id than the one asked"
                : "the upstream's JSON is not a JSON-RPC answer";
    }

    /** Whether these messages answer what nobody asked. */
    default boolean holdsStray(JsonNode messages) {
        return JsonRpcAnswer.holdsAnswer(messages);
    }
}
