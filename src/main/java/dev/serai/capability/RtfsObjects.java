package dev.serai.capability;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Turns RTFS map types into JSON Schema; knows the ways to mark a field optional. */
final class RtfsObjects {
    private final RtfsTypes types;

    RtfsObjects(RtfsTypes types) {
        this.types = types;
    }

    /** {@code [:map [:name T] …]}. */
    ObjectNode ofEntries(Edn.Group group, List<Edn> rest) throws Unreadable {
        if (rest.size() == 1 && rest.get(0) instanceof Edn.Group map && map.is(Edn.Kind.MAP)) {
            return ofPairs(map, 0);
        }
        ObjectSchema schema = new ObjectSchema();
        for (int i = 0; i < rest.size(); i++) {
            if (rest.get(i) instanceof Edn.Group entry && entry.is(Edn.Kind.MAP)) {
                continue;
            }
            if (!(rest.get(i) instanceof Edn.Group entry)
                    || entry.head() == null
                    || entry.items().size() < 2) {
                throw new Unreadable(rest.get(i).line(), "expected an entry such as [:name :string]");
            }
            int last = typeOf(entry);
            boolean optional = group.isOptional(i + 1)
                    || entry.isOptional(last)
                    || entry.items().subList(1, last).stream().anyMatch(RtfsObjects::saysOptional);
            schema.add(
                    String.valueOf(entry.head()),
                    types.of(entry.items().get(last)),
                    optional || isOptional(entry.items().get(last)));
        }
        return schema.json();
    }

    /** The type of an entry is its last item, unless that is the mark {@code ?}, set off by a space. */
    private static int typeOf(Edn.Group entry) {
        int last = entry.items().size() - 1;
        boolean mark = entry.items().get(last) instanceof Edn.Atom atom
                && atom.written().equals("?");
        if (mark) {
            entry.optional().set(last - 1);
        }
        return mark ? last - 1 : last;
    }

    private static boolean saysOptional(Edn options) {
        if (!(options instanceof Edn.Group map) || !map.is(Edn.Kind.MAP)) {
            return false;
        }
        for (int i = 0; i + 1 < map.items().size(); i += 2) {
            if (map.items().get(i) instanceof Edn.Atom key
                    && "optional".equals(key.name())
                    && map.items().get(i + 1) instanceof Edn.Atom flag) {
                return Boolean.TRUE.equals(flag.value());
            }
        }
        return false;
    }

    /** {@code {:name T …}}, from an index on. */
    ObjectNode ofPairs(Edn.Group pairs, int from) throws Unreadable {
        ObjectSchema schema = new ObjectSchema();
        Set<String> seen = new HashSet<>();
        for (int i = from; i < pairs.items().size(); i += 2) {
            String name = EdnData.key(pairs, i, seen);
            Edn type = pairs.items().get(i + 1);
            boolean optional = pairs.isOptional(i) || pairs.isOptional(i + 1) || isOptional(type);
            schema.add(name, types.of(type), optional);
        }
        return schema.json();
    }

    private static boolean isOptional(Edn type) {
        if (type instanceof Edn.Atom atom) {
            return atom.name() != null && atom.written().endsWith("?");
        }
        return type instanceof Edn.Group group
                && !group.is(Edn.Kind.MAP)
                && ("optional".equals(group.head()) || "maybe".equals(group.head()));
    }
}
