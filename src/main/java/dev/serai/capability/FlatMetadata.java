package dev.serai.capability;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Metadata flattened to one level: nested names joined by {@code _}, values as text. */
final class FlatMetadata {
    private final Problems problems;
    private final StringPool strings;
    /** In the order of Camel's headers, which take sorted maps of their own order over without comparing. */
    private final SortedMap<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private final Map<String, Origin> origins = new HashMap<>();
    private final Map<String, String> byLowerCase = new HashMap<>();
    private final Set<String> blocks = new LinkedHashSet<>();
    private final Set<String> flatBlocks = new LinkedHashSet<>();

    FlatMetadata(Problems problems, StringPool strings) {
        this.problems = problems;
        this.strings = strings;
    }

    /** Starts with a copy of the defaults, each of which may be overridden. */
    FlatMetadata(Problems problems, StringPool strings, FlatMetadata defaults) {
        this(problems, strings);
        values.putAll(defaults.values);
        defaults.origins.forEach((key, origin) -> origins.put(key, new Origin(origin.path(), origin.line(), true)));
        byLowerCase.putAll(defaults.byLowerCase);
        blocks.addAll(defaults.blocks);
        flatBlocks.addAll(defaults.flatBlocks);
    }

    /** Adds a map; {@code prefix} is what its names are joined to, {@code path} how messages name it. */
    void add(String path, String prefix, Data.Fields fields) {
        if (!prefix.isEmpty()) {
            blocks.add(prefix);
        }
        flatten(new Where(null, path), prefix, fields);
    }

    private void flatten(Where path, String prefix, Data.Fields fields) {
        for (Data.Field field : fields.fields()) {
            String name = normal(field.name());
            Where where = new Where(path, field.name());
            String key = join(prefix, name, where, field.line());
            if (field.value() instanceof Data.Fields nested) {
                if (prefix.isEmpty()) {
                    blocks.add(key);
                }
                flatten(where, key, nested);
            } else {
                value(key, where, field);
                if (prefix.isEmpty() && key.indexOf('_') > 0) {
                    flatBlocks.add(key.substring(0, key.indexOf('_')));
                }
            }
        }
    }

    private void value(String key, Where path, Data.Field field) {
        if (field.value() instanceof Data.Leaf leaf) {
            if (leaf.isNull()) {
                problems.warning(field.line(), path + " has no value (nil): it is dropped");
            } else {
                put(key, leaf.text(), new Origin(path, field.line(), false));
            }
        } else {
            put(key, field.value().toJson().toString(), new Origin(path, field.line(), false));
        }
    }

    private void put(String key, String value, Origin origin) {
        KeyFacts facts = strings.facts(key);
        if (!facts.usable()) {
            problems.error(
                    origin.line(),
                    origin.path() + " gives the key \"" + Excerpt.of(key)
                            + "\": expected letters, digits and _, and not the beginning of a gateway header");
            return;
        }
        String twin = byLowerCase.get(facts.lowerCase());
        Origin earlier = twin == null ? null : origins.get(twin);
        if (twin != null && earlier != null && clashes(twin, key, value, earlier)) {
            problems.error(
                    origin.line(),
                    twin.equals(key)
                            ? earlier.path() + " and " + origin.path() + " give different values to " + key
                                    + ": keep one of them"
                            : earlier.path() + " and " + origin.path() + " give keys that differ only in case, " + twin
                                    + " and " + key + ": keep one of them");
            return;
        }
        String shared = facts.key();
        values.put(shared, strings.share(value));
        origins.put(shared, origin);
        byLowerCase.put(facts.lowerCase(), shared);
    }

    private boolean clashes(String twin, String key, String value, Origin earlier) {
        return !twin.equals(key) || (!earlier.overridable() && !value.equals(values.get(key)));
    }

    private String join(String prefix, String name, Where path, int line) {
        if (prefix.isEmpty()) {
            int first = name.indexOf('_');
            boolean doubled = first > 0 && name.startsWith(name.substring(0, first + 1), first + 1);
            return doubled ? stripped(name.substring(first + 1), path, line) : name;
        }
        boolean repeated = name.startsWith(prefix) && name.startsWith("_", prefix.length());
        return repeated ? stripped(name, path, line) : prefix + "_" + name;
    }

    private String stripped(String key, Where path, int line) {
        problems.warning(line, path + " repeats its prefix: it is read as " + Excerpt.of(key));
        return key;
    }

    /** A name or provider as it stands in a key. */
    static String normal(String name) {
        return (name.startsWith(":") ? name.substring(1) : name).replace('-', '_');
    }

    SortedMap<String, String> values() {
        return values;
    }

    KeyFacts facts(String key) {
        return strings.facts(key);
    }

    /** The line of a key; 0 for one that is not there. */
    int line(String key) {
        Origin origin = origins.get(key);
        return origin == null ? 0 : origin.line();
    }

    /** The keys whose values are the defaults that this began with. */
    Set<String> inherited() {
        return origins.entrySet().stream()
                .filter(entry -> entry.getValue().overridable())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    void remove(String key) {
        values.remove(key);
        origins.remove(key);
        byLowerCase.remove(strings.facts(key).lowerCase());
    }

    /** Gives a value another key; the old one goes. */
    void rename(String key, String other) {
        Origin origin = origins.get(key);
        String value = values.get(key);
        if (origin != null && value != null) {
            remove(key);
            put(other, value, origin);
        }
    }

    /** The names of the metadata blocks; where there are only flat keys, what precedes their first {@code _}. */
    Set<String> blocks() {
        return blocks;
    }

    Set<String> flatBlocks() {
        return flatBlocks;
    }

    private record Origin(Where path, int line, boolean overridable) {}

    /** A path into the declaration; text only when a message needs it. */
    private record Where(@Nullable Where parent, String name) {
        @Override
        public String toString() {
            return parent == null ? name : parent + "." + name;
        }
    }
}
