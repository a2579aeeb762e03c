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
}
