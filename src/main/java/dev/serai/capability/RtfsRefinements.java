package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Turns refinements of a type, such as {@code [:> 0]} and {@code [:min-length 1]}, into JSON Schema keywords. */
final class RtfsRefinements {
    private static final Map<String, String> KEYWORDS = Map.ofEntries(
            Map.entry(">", "exclusiveMinimum"),
            Map.entry(">=", "minimum"),
            Map.entry("<", "exclusiveMaximum"),
            Map.entry("<=", "maximum"),
            Map.entry("=", "const"),
            Map.entry("val", "const"),
            Map.entry("literal", "const"),
            Map.entry("min-length", "minLength"),
            Map.entry("max-length", "maxLength"),
            Map.entry("min-count", "minItems"),
            Map.entry("max-count", "maxItems"),
            Map.entry("matches-regex", "pattern"),
            Map.entry("re", "pattern"),
            Map.entry("format", "format"));

    private RtfsRefinements() {}

    static boolean isRefinement(Edn.Group group) {
        String head = group.head();
        return head != null
                && group.is(Edn.Kind.VECTOR)
                && (KEYWORDS.containsKey(head)
                        || List.of("!=", "in-range", "is-url", "is-email", "non-empty")
                                .contains(head));
    }

    /** Options such as {@code {:min 1 :max 9}} beside a type. */
    static boolean isOptions(Edn.Group group) {
        return group.is(Edn.Kind.MAP) && ("min".equals(group.head()) || "max".equals(group.head()));
    }

    /** Adds what a refinement says; false where it is none. */
    static boolean apply(Edn.Group group, ObjectNode schema) throws Unreadable {
        if (isOptions(group)) {
            for (int i = 0; i + 1 < group.items().size(); i += 2) {
                String bound = group.items().get(i) instanceof Edn.Atom atom ? String.valueOf(atom.name()) : "";
                limit(bound, EdnData.of(group.items().get(i + 1)).toJson(), schema);
            }
            return true;
        }
        if (!isRefinement(group)) {
            return false;
        }
        String head = String.valueOf(group.head());
        String keyword = KEYWORDS.get(head);
        if (keyword != null) {
            schema.set(keyword, operand(group, 1));
            return true;
        }
        switch (head) {
            case "!=" -> schema.putObject("not").set("const", operand(group, 1));
            case "in-range" ->
                schema.<ObjectNode>set("minimum", operand(group, 1)).set("maximum", operand(group, 2));
            case "is-url" -> schema.put("format", "uri");
            case "is-email" -> schema.put("format", "email");
            default -> limit("min", schema.numberNode(1), schema);
        }
        return true;
    }

    private static void limit(String bound, JsonNode value, ObjectNode schema) {
        String type = schema.path("type").asText();
        String what =
                switch (type) {
                    case "string" -> "Length";
                    case "array" -> "Items";
                    case "object" -> "Properties";
                    default -> "imum";
                };
        if (bound.equals("min") || bound.equals("max")) {
            schema.set(bound + what, value);
        }
    }

    private static JsonNode operand(Edn.Group group, int index) throws Unreadable {
        if (index >= group.items().size()) {
            throw new Unreadable(group.line(), "the refinement [" + group.head() + " …] lacks its value");
        }
        return EdnData.of(group.items().get(index)).toJson();
    }
}
