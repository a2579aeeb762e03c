package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of a declaration, whichever syntax it was written in, with its place. */
sealed interface Data {
    /** The 1-based line it starts at. */
    int line();

    /** The same value as JSON. */
    JsonNode toJson();

    /**
     * A scalar.
     *
     * @param value the value; a JSON null for nil
     * @param text the value as metadata text: a number as it was written, a keyword without its colon
     */
    record Leaf(JsonNode value, String text, int line) implements Data {
        @Override
        public JsonNode toJson() {
            return value;
        }

        boolean isNull() {
            return value.isNull();
        }
    }

    /** A list, vector or set. */
    record Items(List<Data> items, int line) implements Data {
        @Override
        public JsonNode toJson() {
            ArrayNode array = JsonNodeFactory.instance.arrayNode(items.size());
            items.forEach(item -> array.add(item.toJson()));
            return array;
        }
    }

    /** A map; its names are unique. */
    record Fields(List<Field> fields, int line) implements Data {
        @Override
        public JsonNode toJson() {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            fields.forEach(field -> object.set(field.name(), field.value().toJson()));
            return object;
        }

        /** The value of a name, or {@code null}. */
        @Nullable
        Data get(String name) {
            for (Field field : fields) {
                if (field.name().equals(name)) {
                    return field.value();
                }
            }
            return null;
        }
    }

    /** One entry of a map, with the line of its name. */
    record Field(String name, Data value, int line) {}
}
