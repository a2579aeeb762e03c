package dev.serai.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The schemas of one operation as JSON Schema that stands for itself: what they refer to lies below {@code $defs}, so that
 * schemas that contain themselves stay as they are.
 */
final class Schemas {
    private static final String REF = "$ref";
    private static final int DEEPEST = 90;
    private static final int MOST_DEFINITIONS = 2_000;
    /** Of OpenAPI's own, or of no use to who calls. */
    private static final Set<String> LEFT_OUT = Set.of(
            "xml",
            "externalDocs",
            "discriminator",
            "example",
            "nullable",
            "readOnly",
            "writeOnly",
            "deprecated",
            "collectionFormat",
            "$schema",
            "$id",
            "$anchor",
            "$dynamicAnchor",
            "$dynamicRef");

    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", "dependentSchemas", "$defs", "definitions");
    private static final Set<String> DATA = Set.of("enum", "const", "default", "examples", "required");

    private final References references;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Deque<String> open = new ArrayDeque<>();

    Schemas(References references) {
        this.references = references;
    }

    /** The schema, and later its {@link #definitions}. */
    JsonNode of(JsonNode schema) {
        return rewrite(schema, 0);
    }

    /** What the schemas so far refer to; empty where they refer to nothing. */
    ObjectNode definitions() {
        ObjectNode definitions = JsonNodeFactory.instance.objectNode();
        while (!open.isEmpty()) {
            String ref = open.pop();
            definitions.set(names.getOrDefault(ref, ""), rewrite(references.at(ref), 0));
        }
        return definitions;
    }

    private String name(String ref) {
        String known = names.get(ref);
        if (known != null) {
            return known;
        }
        if (names.size() >= MOST_DEFINITIONS) {
            throw new References.Unusable("its schema refers to more than " + MOST_DEFINITIONS + " others");
        }
        references.at(ref);
        String base = ref.substring(ref.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
        String name = base;
        for (int i = 2; names.containsValue(name); i++) {
            name = base + "_" + i;
        }
        names.put(ref, name);
        open.push(ref);
        return name;
    }

    private JsonNode rewrite(JsonNode schema, int depth) {
        if (depth > DEEPEST) {
            throw new References.Unusable("its schema is more than " + DEEPEST + " levels deep");
        }
        if (!schema.isObject()) {
            return schema;
        }
        if (schema.path(REF).isTextual()) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put(REF, "#/$defs/" + name(schema.path(REF).asText()));
        }
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            String key = field.getKey();
            JsonNode value = field.getValue();
            if (LEFT_OUT.contains(key) || key.startsWith("x-")) {
                continue;
            }
            if (DATA.contains(key)) {
                written.set(key, value);
            } else if (NAMED.contains(key) && value.isObject()) {
                ObjectNode named = written.putObject(key);
                value.properties().forEach(each -> named.set(each.getKey(), rewrite(each.getValue(), depth + 2)));
            } else if (value.isArray()) {
                ArrayNode list = written.putArray(key);
                value.forEach(each -> list.add(rewrite(each, depth + 2)));
            } else {
                written.set(key, rewrite(value, depth + 1));
            }
        }
        Dialect.modernise(schema, written);
        return written;
    }
}
