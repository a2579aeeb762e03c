package dev.serai.socket;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * By what the messages that belong to a request are known.
 *
 * @param at where they have it
 * @param value as text
 */
public record Match(JsonPointer at, String value) {
    /** A text, a number or a truth value as text; {@code null} for anything else. */
    public static @Nullable String text(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }

    boolean in(JsonNode message) {
        return value.equals(text(message.at(at)));
    }
}
