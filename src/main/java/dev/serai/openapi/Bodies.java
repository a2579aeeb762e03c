package dev.serai.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of one operation as an argument. */
final class Bodies {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data";

    private final Arguments arguments;
    private final References references;

    Bodies(Arguments arguments) {
        this.arguments = arguments;
        this.references = arguments.references();
    }

    /** A {@code requestBody} of OpenAPI 3. */
    void of(JsonNode requestBody) {
        String type = preferred(requestBody.path("content"));
        if (type == null) {
            return;
        }
        JsonNode media = requestBody.path("content").path(type);
        boolean needed = requestBody.path("required").asBoolean();
        add(
                type,
                media.path("schema"),
                media.path("encoding"),
                requestBody.path("description").asText(""),
                needed);
    }

    /** Parameters {@code in: body} and {@code in: formData} of Swagger 2.0. */
    void ofSwagger(List<JsonNode> parameters, JsonNode consumes) {
        ObjectNode form = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode fields = form.putObject("properties");
        List<String> required = new ArrayList<>();
        boolean files = false;
        for (JsonNode parameter : parameters) {
            String description = parameter.path("description").asText("");
            if (parameter.path("in").asText().equals("body")) {
                String type = consumes.isEmpty()
                        ? "application/json"
                        : consumes.get(0).asText();
                for (JsonNode each : consumes) {
                    type = each.asText().contains("json") ? each.asText() : type;
                }
                boolean needed = parameter.path("required").asBoolean();
                add(type, parameter.path("schema"), form.path("encoding"), description, needed);
                return;
            }
            files |= parameter.path("type").asText().equals("file");
            fields.set(parameter.path("name").asText(), Dialect.ofParameter(parameter));
            if (parameter.path("required").asBoolean()) {
                required.add(parameter.path("name").asText());
            }
        }
        if (!fields.isEmpty()) {
            required.forEach(form.putArray("required")::add);
            boolean multipart = files || consumes.toString().contains(MULTIPART);
            add(multipart ? MULTIPART : FORM, form, form.path("encoding"), "", !required.isEmpty());
        }
    }

    private static @Nullable String preferred(JsonNode content) {
        String best = null;
        int rank = Integer.MAX_VALUE;
        for (Map.Entry<String, JsonNode> each : content.properties()) {
            int own = rank(each.getKey().toLowerCase(Locale.ROOT));
            if (own < rank) {
                rank = own;
                best = each.getKey();
            }
        }
        return best;
    }

    private static int rank(String type) {
        if (type.startsWith("application/json")) {
            return 0;
        }
        if (type.contains("+json") || type.equals("*/*")) {
            return 1;
        }
        return type.startsWith(FORM) ? 2 : type.startsWith(MULTIPART) ? 3 : type.startsWith("text/") ? 4 : 5;
    }

    private void add(String type, JsonNode schema, JsonNode encoding, String description, boolean needed) {
        String argument = arguments.free("body", "content");
        arguments.set("body_argument", argument);
        String sent = type.equals("*/*") ? "application/json" : type;
        if (!sent.equals("application/json")) {
            arguments.set("body_type", sent);
        }
        String essence = sent.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        boolean text = essence.contains("json") || essence.startsWith("text/") || essence.endsWith("xml");
        if (essence.equals(FORM)) {
            fields(encoding);
            arguments.add(argument, schema, description, needed);
        } else if (essence.equals(MULTIPART)) {
            arguments.add(argument, withFiles(schema), description, needed);
        } else if (text) {
            arguments.add(argument, schema, description, needed);
        } else {
            ObjectNode bytes = JsonNodeFactory.instance.objectNode().put("type", "string");
            bytes.put("contentEncoding", "base64");
            arguments.add(argument, bytes, description.isEmpty() ? "The bytes, as base64." : description, needed);
        }
    }

    /** How fields of a form are written, where not in the usual way. */
    private void fields(JsonNode encoding) {
        List<Map<String, Object>> fields = new ArrayList<>();
        encoding.properties().forEach(each -> {
            Map<String, Object> field = new LinkedHashMap<>(Map.of("name", each.getKey()));
            field.put("in", "query");
            if (each.getValue().path("contentType").asText("").contains("json")) {
                field.put("json", true);
            }
            if (each.getValue().path("style").isTextual()) {
                field.put("style", each.getValue().path("style").asText());
            }
            if (each.getValue().path("explode").isBoolean()) {
                field.put("explode", each.getValue().path("explode").asBoolean());
            }
            if (field.size() > 2) {
                fields.add(field);
            }
        });
        if (!fields.isEmpty()) {
            arguments.set("body_fields", fields);
        }
    }

    /** The same schema, whose files may be given with a name and a type. */
    private JsonNode withFiles(JsonNode schema) {
        JsonNode resolved = references.resolve(schema);
        if (!resolved.isObject()) {
            return schema;
        }
        ObjectNode copy = resolved.deepCopy();
        List<String> files = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : resolved.path("properties").properties()) {
            JsonNode type = references.resolve(field.getValue());
            boolean many = type.path("type").asText().equals("array");
            JsonNode item = many ? references.resolve(type.path("items")) : type;
            if (isFile(item)) {
                files.add(field.getKey());
                ObjectNode file = file();
                ObjectNode list = JsonNodeFactory.instance.objectNode().put("type", "array");
                list.set("items", file);
                ((ObjectNode) copy.path("properties")).set(field.getKey(), many ? list : file);
            }
        }
        if (!files.isEmpty()) {
            arguments.set("body_files", files);
        }
        return copy;
    }

    private static boolean isFile(JsonNode schema) {
        return schema.path("format").asText().equals("binary")
                || schema.path("type").asText().equals("file")
                || (schema.has("contentMediaType")
                        && !schema.path("type").asText().equals("object"));
    }

    private static ObjectNode file() {
        ObjectNode file = JsonNodeFactory.instance.objectNode();
        file.putArray("type").add("string").add("object");
        return file.put("description", "A file: base64, or {name, type, content} with base64 as content.");
    }
}
