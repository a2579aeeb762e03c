package dev.serai.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a sample tool did.
 *
 * @param result the result of {@code tools/call}
 * @param delayMillis how long the tool pretends to work before it answers
 * @param reportsProgress whether notifications come before the answer
 * @param httpStatus answered instead of the result; 200 for the result
 */
record ToolOutcome(ObjectNode result, long delayMillis, boolean reportsProgress, int httpStatus) {
    static ToolOutcome of(ObjectNode result) {
        return new ToolOutcome(result, 0, false, 200);
    }
}
