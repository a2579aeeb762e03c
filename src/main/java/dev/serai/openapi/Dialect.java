package dev.serai.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/** What schemas of Swagger 2.0 and OpenAPI 3.0 say otherwise than JSON Schema. */
final class Dialect {
    private static final Set<String> OF_PARAMETERS =
            Set.of("name", "in", "required", "allowEmptyValue", "collectionFormat");

    private Dialect() {}

    static void modernise(JsonNode from, ObjectNode to) {
        bound(to, "exclusiveMinimum", "minimum");
        bound(to, "exclusiveMaximum", "maximum");
        if (from.path("type").asText().equals("file")) {
            to.put("type", "string");
        }
        if (from.path("nullable").asBoolean()) {
            nullable(to);
        }
        writable(from, to);
    }

    /** {@code exclusiveMinimum: true} beside {@code minimum}. */
    private static void bound(ObjectNode schema, String exclusive, String inclusive) {
        JsonNode flag = schema.path(exclusive);
        if (!flag.isBoolean()) {
            return;
        }
        schema.remove(exclusive);
        if (flag.asBoolean() && schema.has(inclusive)) {
            schema.set(exclusive, schema.remove(inclusive));
        }
    }

    private static void nullable(ObjectNode schema) {
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            schema.putArray("type").add(type.asText()).add("null");
        }
        if (schema.path("enum") instanceof ArrayNode values) {
            boolean has = false;
            for (JsonNode value : values) {
                has |= value.isNull();
            }
            if (!has) {
                schema.set("enum", values.deepCopy().addNull());
            }
        }
    }

    /** What only answers have is not required of a request. */
    private static void writable(JsonNode from, ObjectNode to) {
        JsonNode required = from.path("required");
        if (required.isBoolean()) {
            to.remove("required");
            return;
        }
        if (!required.isArray()) {
            return;
        }
        ArrayNode kept = to.putArray("required");
        for (JsonNode name : required) {
            JsonNode property = from.path("properties").path(name.asText());
            if (!property.path("readOnly").asBoolean()) {
                kept.add(name);
            }
        }
        if (kept.isEmpty()) {
            to.remove("required");
        }
    }

    /** The schema of a parameter of Swagger 2.0, which is the parameter itself. */
    static ObjectNode ofParameter(JsonNode parameter) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : parameter.properties()) {
            if (!OF_PARAMETERS.contains(field.getKey())) {
                schema.set(field.getKey(), field.getValue());
            }
        }
        return schema;
    }
}
