package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns RTFS types into JSON Schema. */
final class RtfsTypes {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Problems problems;
    private final RtfsObjects objects = new RtfsObjects(this);

    RtfsTypes(Problems problems) {
        this.problems = problems;
    }

    /** The schema of a capability's arguments; {@code null} where it is nil, and an empty object for {@code :nil}. */
    @Nullable
    JsonNode arguments(Edn type) throws Unreadable {
        if (type instanceof Edn.Atom atom && atom.isKeyword() && "nil".equals(atom.name())) {
            return typed("object").put("maxProperties", 0);
        }
        return schema(type);
    }

    /** The schema of a type; {@code null} for nil; a text is left as it is, as JSON Schema. */
    @Nullable
    JsonNode schema(Edn type) throws Unreadable {
        if (type instanceof Edn.Atom atom && (atom.value() == null || isJsonText(atom))) {
            return atom.value() == null ? null : EdnData.json(atom);
        }
        return of(type);
    }

    private static boolean isJsonText(Edn.Atom atom) {
        return atom.isString() && atom.written().stripLeading().startsWith("{");
    }

    ObjectNode of(Edn type) throws Unreadable {
        if (type instanceof Edn.Atom atom) {
            return simple(atom);
        }
        Edn.Group group = (Edn.Group) type;
        if (group.is(Edn.Kind.MAP)) {
            return isJsonSchema(group) ? (ObjectNode) EdnData.of(group).toJson() : objects.ofPairs(group, 0);
        }
        if (group.items().size() == 1 && group.items().get(0) instanceof Edn.Group only && group.is(Edn.Kind.VECTOR)) {
            return arrayOf(only);
        }
        return combined(group);
    }

    private static boolean isJsonSchema(Edn.Group map) {
        for (int i = 0; i + 1 < map.items().size(); i += 2) {
            if (map.items().get(i) instanceof Edn.Atom key
                    && "type".equals(key.name())
                    && map.items().get(i + 1) instanceof Edn.Atom value
                    && value.isString()) {
                return "object".equals(value.value()) || "array".equals(value.value());
            }
        }
        return false;
    }

    private ObjectNode simple(Edn.Atom atom) throws Unreadable {
        String name = atom.name();
        if (name == null && atom.value() == null) {
            return typed("null");
        }
        ObjectNode known = name == null ? null : named(withoutMark(name));
        if (known != null) {
            return known;
        }
        if (!atom.isKeyword()) {
            throw new Unreadable(
                    atom.line(), "\"" + Excerpt.of(atom.written()) + "\" is not a type; expected one such as :string");
        }
        problems.warning(atom.line(), "unknown type " + Excerpt.of(atom.written()) + ": any value is accepted");
        return JSON.objectNode();
    }

    private static @Nullable ObjectNode named(String type) {
        return switch (type) {
            case "string", "str", "text", "keyword", "symbol", "url", "uri", "date", "datetime", "timestamp", "uuid" ->
                typed("string");
            case "float", "double", "number", "num", "decimal" -> typed("number");
            case "int", "integer", "long" -> typed("integer");
            case "bool", "boolean" -> typed("boolean");
            case "map", "object", "record" -> typed("object");
            case "vector", "list", "array", "sequence", "seq", "set" -> typed("array");
            case "nil", "null" -> typed("null");
            case "any", "json", "value" -> JSON.objectNode();
            default -> null;
        };
    }

    /** {@code (map :k T …)}, {@code [:map [:k T] …]}, {@code [:vector T]}, {@code [:union …]}, refinements. */
    private ObjectNode combined(Edn.Group group) throws Unreadable {
        String head = group.head();
        if (head == null) {
            throw new Unreadable(group.line(), "expected a type such as [:vector :string]");
        }
        List<Edn> rest = group.items().subList(1, group.items().size());
        return switch (head) {
            case "map" -> group.is(Edn.Kind.LIST) ? objects.ofPairs(group, 1) : objects.ofEntries(group, rest);
            case "vector", "list", "array", "sequence", "seq", "set" -> refined(array(rest), rest);
            case "optional", "maybe" -> rest.isEmpty() ? JSON.objectNode() : of(rest.get(0));
            case "union", "or" -> anyOf(rest);
            case "enum" -> enumeration(rest);
            case "tuple" -> tuple(rest);
            case "map-of" -> mapOf(rest);
            case "and" -> all(rest);
            default ->
                named(withoutMark(head)) == null
                        ? refinementOrAny(group)
                        : refined(simple((Edn.Atom) group.items().get(0)), rest);
        };
    }

    private ObjectNode array(List<Edn> rest) throws Unreadable {
        for (Edn item : rest) {
            boolean refinement = item instanceof Edn.Group group
                    && (RtfsRefinements.isRefinement(group) || RtfsRefinements.isOptions(group));
            if (!refinement) {
                return arrayOf(item);
            }
        }
        return typed("array");
    }

    private ObjectNode arrayOf(Edn item) throws Unreadable {
        ObjectNode array = typed("array");
        array.set("items", of(item));
        return array;
    }

    private ObjectNode anyOf(List<Edn> types) throws Unreadable {
        ObjectNode union = JSON.objectNode();
        ArrayNode any = union.putArray("anyOf");
        for (Edn type : types) {
            any.add(of(type));
        }
        return union;
    }

    private static ObjectNode enumeration(List<Edn> values) throws Unreadable {
        ObjectNode schema = JSON.objectNode();
        ArrayNode allowed = schema.putArray("enum");
        for (Edn value : values) {
            allowed.add(EdnData.of(value).toJson());
        }
        return schema;
    }

    private ObjectNode tuple(List<Edn> types) throws Unreadable {
        ObjectNode tuple = typed("array");
        ArrayNode items = tuple.putArray("prefixItems");
        for (Edn type : types) {
            items.add(of(type));
        }
        return tuple;
    }

    private ObjectNode mapOf(List<Edn> types) throws Unreadable {
        ObjectNode map = typed("object");
        if (types.size() > 1) {
            map.set("additionalProperties", of(types.get(1)));
        }
        return map;
    }

    private ObjectNode all(List<Edn> parts) throws Unreadable {
        ObjectNode merged = JSON.objectNode();
        for (Edn part : parts) {
            merged.setAll(of(part));
        }
        return merged;
    }

    private static ObjectNode refined(ObjectNode base, List<Edn> rest) throws Unreadable {
        for (Edn part : rest) {
            if (part instanceof Edn.Group group) {
                RtfsRefinements.apply(group, base);
            }
        }
        return base;
    }

    private ObjectNode refinementOrAny(Edn.Group group) throws Unreadable {
        ObjectNode schema = JSON.objectNode();
        if (!RtfsRefinements.apply(group, schema)) {
            problems.warning(
                    group.line(),
                    "unknown type [" + Excerpt.of(String.valueOf(group.head())) + " …]: any value is accepted");
        }
        return schema;
    }

    private static String withoutMark(String name) {
        return name.endsWith("?") ? name.substring(0, name.length() - 1) : name;
    }

    private static ObjectNode typed(String type) {
        return JSON.objectNode().put("type", type);
    }
}
