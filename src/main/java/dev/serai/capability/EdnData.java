package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Turns EDN into the data of a declaration; what would have to be evaluated is refused. */
final class EdnData {
    private EdnData() {}

    static Data of(Edn edn) throws Unreadable {
        if (edn instanceof Edn.Atom atom) {
            return leaf(atom);
        }
        Edn.Group group = (Edn.Group) edn;
        return switch (group.kind()) {
            case LIST ->
                throw new Unreadable(
                        group.line(),
                        "a list (…) is code, and nothing is evaluated: write a vector [ ] or a plain value");
            case MAP -> fields(group);
            case VECTOR, SET -> items(group);
        };
    }

    static String unquoted(Edn.Atom symbol) {
        return "unquoted text \"" + Excerpt.of(symbol.written()) + "\": expected it in quotes";
    }

    /** The keys of a map, each once, checked to come in pairs. */
    static String key(Edn.Group map, int index, Set<String> seen) throws Unreadable {
        Edn key = map.items().get(index);
        String name = key instanceof Edn.Atom atom ? name(atom) : null;
        if (name == null) {
            throw new Unreadable(key.line(), "expected a keyword or a string as key");
        }
        if (index + 1 >= map.items().size()) {
            throw new Unreadable(key.line(), "the key " + Excerpt.of(name) + " has no value");
        }
        if (!seen.add(name)) {
            throw new Unreadable(key.line(), "the key " + Excerpt.of(name) + " appears twice in one map");
        }
        return name;
    }

    private static String name(Edn.Atom atom) throws Unreadable {
        if (atom.isSymbol()) {
            throw new Unreadable(atom.line(), unquoted(atom));
        }
        String name = atom.name();
        return name == null ? atom.written() : name;
    }

    private static Data fields(Edn.Group map) throws Unreadable {
        List<Data.Field> fields = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < map.items().size(); i += 2) {
            String name = key(map, i, seen);
            fields.add(new Data.Field(
                    name, of(map.items().get(i + 1)), map.items().get(i).line()));
        }
        return new Data.Fields(fields, map.line());
    }

    private static Data items(Edn.Group group) throws Unreadable {
        List<Data> items = new ArrayList<>();
        for (Edn item : group.items()) {
            items.add(of(item));
        }
        return new Data.Items(items, group.line());
    }

    private static Data leaf(Edn.Atom atom) throws Unreadable {
        if (atom.isSymbol()) {
            throw new Unreadable(atom.line(), unquoted(atom));
        }
        JsonNode json = json(atom);
        String text = json.isNumber() ? String.valueOf(atom.value()) : json.asText();
        return new Data.Leaf(json, text, atom.line());
    }

    static JsonNode json(Edn.Atom atom) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        Object value = atom.value();
        if (value == null) {
            return json.nullNode();
        } else if (value instanceof Boolean flag) {
            return json.booleanNode(flag);
        } else if (value instanceof Long number) {
            return number == number.intValue() ? json.numberNode(number.intValue()) : json.numberNode(number);
        } else if (value instanceof BigInteger number) {
            return json.numberNode(number);
        } else if (value instanceof Double number && !Double.isFinite(number)) {
            return json.textNode(atom.written());
        } else if (value instanceof Number number) {
            return json.numberNode(number.doubleValue());
        }
        String name = atom.name();
        return json.textNode(name == null ? String.valueOf(value) : name);
    }
}
