package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallOutcome;
import java.util.SortedMap;

/**
 * The answer to one call, however it was made.
 *
 * @param completed whether {@code body} is the result; else it is a problem document
 * @param body the result or the problem
 * @param metadata {@code Serai-…} names and values
 */
record Reply(boolean completed, JsonNode body, SortedMap<String, String> metadata) {
    /** The answer to a call made in this process. */
    static Reply of(CallOutcome outcome) {
        return new Reply(outcome.completed(), outcome.body(), MetadataHeaders.fromExchange(outcome.headers()));
    }
}
