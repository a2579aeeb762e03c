package dev.serai.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message with places for arguments. A text that is <code>{name}</code> stands for the argument itself, of whatever type; it
 * and its name are left out where there is no such argument. In a longer text it stands for the argument as text.
 * <code>{*}</code> stands for all arguments.
 */
record Template(JsonNode message) {
    private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_.-]*|\\*)}");

    boolean hasPlaces() {
        return PLACE.matcher(message.toString()).find();
    }

    /** The message with these arguments in it. */
    JsonNode with(ObjectNode arguments) {
        JsonNode filled = fill(message, arguments);
        return filled == null ? NullNode.getInstance() : filled;
    }

    private static @Nullable JsonNode fill(JsonNode node, ObjectNode arguments) {
        if (node.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(field -> {
                JsonNode value = fill(field.getValue(), arguments);
                if (value != null) {
                    copy.set(field.getKey(), value);
                }
            });
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            node.forEach(each -> {
                JsonNode value = fill(each, arguments);
                if (value != null) {
                    copy.add(value);
                }
            });
            return copy;
        }
        return node.isTextual() ? text(node, arguments) : node;
    }

    private static @Nullable JsonNode text(JsonNode node, ObjectNode arguments) {
        Matcher place = PLACE.matcher(node.textValue());
        if (place.matches()) {
            JsonNode value = place.group(1).equals("*") ? arguments : arguments.get(place.group(1));
            return value == null ? null : value.deepCopy();
        }
        StringBuilder text = new StringBuilder();
        place.reset();
        while (place.find()) {
            JsonNode value = place.group(1).equals("*") ? arguments : arguments.get(place.group(1));
            String written = value == null ? "" : value.isValueNode() ? value.asText() : value.toString();
            place.appendReplacement(text, Matcher.quoteReplacement(written));
        }
        return JsonNodeFactory.instance.textNode(place.appendTail(text).toString());
    }
}
