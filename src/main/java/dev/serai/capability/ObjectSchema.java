package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Builds the JSON Schema of an object; what is not optional is required. */
final class ObjectSchema {
    private final ObjectNode properties = JsonNodeFactory.instance.objectNode();
    private final ArrayNode required = JsonNodeFactory.instance.arrayNode();

    void add(String name, JsonNode type, boolean optional) {
        properties.set(name, type);
        if (!optional) {
            required.add(name);
        }
    }

    ObjectNode json() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        if (!properties.isEmpty()) {
            schema.set("properties", properties);
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }
}
