package dev.serai.capability;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a declared JSON Schema must keep to, so that it can be used without fetching anything and in bounded time. */
final class SchemaRules {
    private static final int DEEPEST = 100;
    private static final int LARGEST = 1 << 20;
    private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");
    private static final Set<String> TYPES =
            new TreeSet<>(Set.of("array", "boolean", "integer", "null", "number", "object", "string"));
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxDocumentLength(LARGEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Problems problems;
    private final int line;
    private final String what;
    private int size;
    /** Where {@code $schema} of a part names a dialect that is not known, and which; {@code null} where none does. */
    private @Nullable String foreignPart;

    private final Deque<String> path = new ArrayDeque<>();

    SchemaRules(Problems problems, int line, String what) {
        this.problems = problems;
        this.line = line;
        this.what = what;
    }

    /** The schema, parsed where it is JSON text; {@code null} where it breaks a rule (reported). */
    @Nullable
    JsonNode read(JsonNode declared) {
        try {
            JsonNode schema = declared.isTextual() ? JSON.readTree(declared.asText()) : declared;
            if (schema.isBoolean() && schema.asBoolean()) {
                return JsonNodeFactory.instance.objectNode();
            }
            String broken = schema.isObject() ? check(schema, 0) : "must be a JSON object";
            if (broken == null && ArgumentSchema.dialect(schema) == null) {
                broken = "names the unknown $schema \""
                        + Excerpt.of(schema.path("$schema").asText()) + "\": expected draft-07 or 2020-12";
            }
            // Data and unknown keywords may hold anything, so what counts is whether the schema can be used.
            if (broken == null && foreignPart != null && !new ArgumentSchema(schema).isUsable()) {
                broken = "names the unknown $schema " + foreignPart + ": expected draft-07 or 2020-12, or none there";
            }
            if (broken == null) {
                return schema;
            }
            problems.error(line, what + " " + broken);
        } catch (JacksonException e) {
            problems.error(line, what + " is not valid JSON: " + Excerpt.of(e.getOriginalMessage()));
        }
        return null;
    }

    private @Nullable String check(JsonNode node, int depth) {
        size += node.isTextual() ? node.textValue().length() + 2 : 4;
        if (depth > DEEPEST) {
            return "is nested deeper than " + DEEPEST + " levels";
        }
        if (size > LARGEST) {
            return "is larger than 1 MiB";
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            size += field.getKey().length() + 3;
            JsonNode value = field.getValue();
            if (REFERENCES.contains(field.getKey())
                    && value.isTextual()
                    && !value.asText().startsWith("#")) {
                return "refers to \"" + Excerpt.of(value.asText())
                        + "\", and nothing is fetched: expected a reference that begins with #";
            }
            warnOfUnknownType(field.getKey(), value, depth);
            if (depth > 0 && field.getKey().equals("$schema") && ArgumentSchema.dialect(node) == null) {
                foreignPart = foreignPart == null ? place(value.asText()) : foreignPart;
            }
            String broken = check(field.getKey(), value, depth);
            if (broken != null) {
                return broken;
            }
        }
        for (int i = 0; i < node.size() && node.isArray(); i++) {
            String broken = check(Integer.toString(i), node.get(i), depth);
            if (broken != null) {
                return broken;
            }
        }
        return null;
    }

    private @Nullable String check(String name, JsonNode part, int depth) {
        path.addLast(name);
        try {
            return check(part, depth + 1);
        } finally {
            path.removeLast();
        }
    }

    /** A text and where in the schema it stands, as a JSON pointer (RFC 6901). */
    private String place(String text) {
        String pointer = path.stream()
                .map(name -> "/" + name.replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());
        return "\"" + Excerpt.of(text) + "\" at " + Excerpt.of(pointer);
    }

    /** At the top there is a warning of its own. */
    private void warnOfUnknownType(String key, JsonNode value, int depth) {
        if (depth > 0 && key.equals("type") && value.isTextual() && !TYPES.contains(value.asText())) {
            problems.warning(
                    line,
                    what + " has the unknown type \"" + Excerpt.of(value.asText()) + "\": expected one of "
                            + String.join(", ", TYPES));
        }
    }

    /** Warns where no call could satisfy a schema of arguments, because arguments are an object. */
    static JsonNode forArguments(JsonNode schema, Problems problems, int line) {
        JsonNode type = schema.path("type");
        if (type.isTextual() && !type.asText().equals("object")) {
            problems.warning(
                    line,
                    "the input schema wants " + Excerpt.of(type.asText()) + ", but arguments are always an object");
        }
        return schema;
    }
}
