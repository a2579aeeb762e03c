package dev.serai.websocket;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.capability.Durations;
import dev.serai.invocation.Json;
import dev.serai.socket.Rule;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the values of a provider's block, each in its form; a mistake is {@link Wrong} and names its key. */
record Block(Map<String, String> values) {
    private static final Pattern WHOLE = Pattern.compile("[1-9][0-9]{0,8}");

    @Nullable
    String text(String key) {
        return values.get(key);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String choice(String key, String otherwise, Set<String> choices) {
        String value = values.getOrDefault(key, otherwise);
        if (!choices.contains(value)) {
            throw new Wrong(key, "expected " + String.join(" or ", new TreeSet<>(choices)) + ", was \"" + value + "\"");
        }
        return value;
    }

    @Nullable
    JsonPointer pointer(String key) {
        String value = values.get(key);
        return value == null ? null : pointer(key, value);
    }

    static JsonPointer pointer(String key, String value) {
        try {
            JsonPointer pointer = JsonPointer.compile(value);
            if (!value.isEmpty()) {
                return pointer;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new Wrong(key, "expected a JSON pointer such as /params/id, was \"" + value + "\"");
    }

    int whole(String key, int least, int most, int otherwise) {
        String value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!WHOLE.matcher(value).matches() || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
            throw new Wrong(key, "expected a whole number from " + least + " to " + most + ", was \"" + value + "\"");
        }
        return Integer.parseInt(value);
    }

    @Nullable
    Duration duration(String key) {
        String value = values.get(key);
        if (value == null) {
            return null;
        }
        try {
            Duration duration = Durations.parse(value);
            if (!duration.isZero() && duration.compareTo(Duration.ofDays(1)) <= 0) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new Wrong(key, "expected a duration above 0 and up to 24h, such as 5s, was \"" + value + "\"");
    }

    /** A message, which is an object or a list. */
    @Nullable
    Template template(String key) {
        String value = values.get(key);
        if (value == null) {
            return null;
        }
        JsonNode tree = json(value);
        if (tree == null || !tree.isContainerNode()) {
            throw new Wrong(
                    key,
                    "expected a JSON object or list as text, such as '{\"method\": \"add\", \"params\": \"{*}\"}'");
        }
        return new Template(tree);
    }

    /** What {@link Rule#of} takes, whose values may have places for arguments. */
    @Nullable
    Template rule(String key) {
        String value = values.get(key);
        if (value == null) {
            return null;
        }
        JsonNode tree = value.startsWith("{") ? json(value) : JsonNodeFactory.instance.textNode(value);
        try {
            if (tree != null) {
                Rule.of(tree);
                return new Template(tree);
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new Wrong(key, "expected " + Rule.EXPECTED + ", was \"" + value + "\"");
    }

    private static @Nullable JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
