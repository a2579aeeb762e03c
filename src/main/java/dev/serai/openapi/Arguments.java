package dev.serai.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.web.LoginKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The arguments of one operation: their schema, and where each goes. */
final class Arguments {
    private static final Set<String> NOT_PARAMETERS = Set.of("accept", "content-type", "authorization");

    private final References references;
    private final Schemas schemas;
    private final ObjectNode properties = JsonNodeFactory.instance.objectNode();
    private final List<String> required = new ArrayList<>();
    private final List<Map<String, Object>> places = new ArrayList<>();
    private final Map<String, Object> settings = new LinkedHashMap<>();

    Arguments(References references) {
        this.references = references;
        this.schemas = new Schemas(references);
    }

    Schemas schemas() {
        return schemas;
    }

    /** Metadata of the declaration beside the parameters' places. */
    Map<String, Object> settings() {
        Map<String, Object> all = new LinkedHashMap<>();
        if (!places.isEmpty()) {
            all.put("parameters", places);
        }
        all.putAll(settings);
        return all;
    }

    void set(String key, Object value) {
        settings.put(key, value);
    }

    /** A parameter of the path, query, header or cookie. */
    void parameter(JsonNode parameter) {
        String name = parameter.path("name").asText("");
        String in = parameter.path("in").asText("");
        boolean needed = parameter.path("required").asBoolean() || in.equals("path");
        if (in.equals("header") && NOT_PARAMETERS.contains(name.toLowerCase(Locale.ROOT))) {
            return;
        }
        if (in.equals("header") && !LoginKeys.isHeader(name)) {
            if (needed) {
                throw new References.Unusable(
                        "it needs the header " + name.replaceAll("[^ -~]", "?") + ", which cannot be sent");
            }
            return;
        }
        Map<String, Object> place = new LinkedHashMap<>();
        place.put("name", name);
        place.put("in", in);
        String argument = free(name, in);
        if (!argument.equals(name)) {
            place.put("argument", argument);
        }
        style(parameter, place);
        places.add(place);
        JsonNode schema = parameter.has("schema")
                ? parameter.path("schema")
                : parameter.has("content") ? firstSchema(parameter.path("content")) : Dialect.ofParameter(parameter);
        add(argument, schema, parameter.path("description").asText(""), needed);
    }

    private static JsonNode firstSchema(JsonNode content) {
        return content.isEmpty()
                ? JsonNodeFactory.instance.objectNode()
                : content.iterator().next().path("schema");
    }

    private static void style(JsonNode parameter, Map<String, Object> place) {
        String collection = parameter.path("collectionFormat").asText("");
        if (parameter.has("content")) {
            place.put("json", true);
        }
        if (parameter.path("style").isTextual()) {
            place.put("style", parameter.path("style").asText());
        }
        if (parameter.path("explode").isBoolean()) {
            place.put("explode", parameter.path("explode").asBoolean());
        }
        if (parameter.path("allowReserved").asBoolean()) {
            place.put("allowReserved", true);
        }
        boolean query = "query".equals(place.get("in"));
        if (query && parameter.path("type").asText("").equals("array") && !collection.equals("multi")) {
            place.put("explode", false);
            switch (collection) {
                case "ssv" -> place.put("style", "spaceDelimited");
                case "pipes" -> place.put("style", "pipeDelimited");
                default -> {}
            }
        }
    }

    /** The name, or another where it is taken. */
    String free(String name, String suffix) {
        String free = properties.has(name) ? name + "_" + suffix : name;
        for (int i = 2; properties.has(free); i++) {
            free = name + "_" + suffix + i;
        }
        return free;
    }

    /** An argument with its schema. */
    void add(String argument, JsonNode schema, String description, boolean needed) {
        JsonNode written = schemas.of(schema);
        if (!description.isEmpty() && written instanceof ObjectNode object && !object.has("description")) {
            object.put("description", description);
        }
        properties.set(argument, written);
        if (needed) {
            required.add(argument);
        }
    }

    /** JSON Schema of all of them. */
    ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        schema.set("properties", properties);
        if (!required.isEmpty()) {
            required.forEach(schema.putArray("required")::add);
        }
        schema.put("additionalProperties", false);
        ObjectNode definitions = schemas.definitions();
        if (!definitions.isEmpty()) {
            schema.set("$defs", definitions);
        }
        return schema;
    }

    References references() {
        return references;
    }
}
