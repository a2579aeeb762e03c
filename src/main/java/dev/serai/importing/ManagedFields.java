package dev.serai.importing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a declaration that come from the server. What was imported is noted in the declaration as a short hash of
 * each, so that a later import tells what was edited by hand from what changed at the server.
 */
final class ManagedFields {
    private static final int LONGEST_TEXT = 16_384;
    private static final int LONGEST_NAME = 256;
    private static final int HASH_BYTES = 6;
    private static final String METADATA = "metadata";
    private static final String DISCOVERY = "discovery";
    private static final String IMPORTED = "imported";
    private static final String SETTING = "~";

    private final String provider;

    ManagedFields(String provider) {
        this.provider = provider;
    }

    private record Place(String field, List<String> path) {}

    /** Those that every declaration has, and the settings that are or were noted. */
    private List<Place> places(Collection<String> noted) {
        List<Place> places = new ArrayList<>(List.of(
                new Place("name", List.of("name")),
                new Place("description", List.of("description")),
                new Place("input", List.of(METADATA, provider, "input_schema_json")),
                new Place("output", List.of(METADATA, provider, "output_schema_json")),
                new Place("idempotent", List.of(METADATA, "policy", "idempotent"))));
        for (String field : noted) {
            if (field.startsWith(SETTING)) {
                places.add(new Place(field, List.of(METADATA, provider, field.substring(SETTING.length()))));
            }
        }
        return places;
    }

    /** The name at its server; {@code null} where the declaration says none. */
    @Nullable
    String tool(Map<String, Object> entry) {
        Object name = get(entry, List.of(METADATA, provider, "tool_name"));
        return name == null ? null : name.toString();
    }

    boolean isImported(Map<String, Object> entry) {
        return get(entry, List.of(METADATA, DISCOVERY, IMPORTED)) != null;
    }

    /** A declaration as it is imported first. */
    Map<String, Object> entry(String id, ImportedTool tool) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", id);
        put(entry, List.of("name"), name(tool));
        put(entry, List.of("description"), clean(tool.description(), LONGEST_TEXT));
        put(entry, List.of(METADATA, provider, "tool_name"), tool.name());
        place(entry, tool);
        return entry;
    }

    private void place(Map<String, Object> entry, ImportedTool tool) {
        Map<String, String> now = fields(tool);
        for (Place place : places(now.keySet())) {
            put(entry, place.path(), value(place, tool, now));
        }
        put(entry, List.of(METADATA, DISCOVERY, IMPORTED), noted(now));
    }

    /**
     * Brings a declaration up to date, except for what was edited by hand.
     *
     * @param changed gets the fields that changed
     * @param kept gets the fields that were edited here and changed there
     */
    void update(Map<String, Object> entry, ImportedTool tool, List<String> changed, List<String> kept) {
        Map<String, String> then = noted(String.valueOf(get(entry, List.of(METADATA, DISCOVERY, IMPORTED))));
        Map<String, String> now = fields(tool);
        Set<String> all = new LinkedHashSet<>(now.keySet());
        all.addAll(then.keySet());
        for (Place place : places(all)) {
            String field = place.field();
            String here = hash(text(get(entry, place.path())));
            String before = then.getOrDefault(field, "");
            String there = hash(now.getOrDefault(field, ""));
            if (there.equals(before) || there.equals(here)) {
                continue;
            }
            if (here.equals(before)) {
                put(entry, place.path(), value(place, tool, now));
                changed.add(shown(field));
            } else {
                kept.add(shown(field));
            }
        }
        put(entry, List.of(METADATA, DISCOVERY, IMPORTED), noted(now));
    }

    private static String shown(String field) {
        return field.startsWith(SETTING) ? field.substring(SETTING.length()) : field;
    }

    /** Whether the declaration is still as it was imported. */
    boolean isUntouched(Map<String, Object> entry) {
        Map<String, String> then = noted(String.valueOf(get(entry, List.of(METADATA, DISCOVERY, IMPORTED))));
        return places(then.keySet()).stream()
                .allMatch(place -> hash(text(get(entry, place.path()))).equals(then.getOrDefault(place.field(), "")));
    }

    private static Map<String, String> fields(ImportedTool tool) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("name", name(tool));
        fields.put("description", clean(tool.description(), LONGEST_TEXT));
        fields.put("input", tool.inputSchema());
        fields.put("output", tool.outputSchema() == null ? "" : tool.outputSchema());
        fields.put("idempotent", tool.idempotent() ? "true" : "");
        tool.settings().forEach((key, value) -> fields.put(SETTING + key, value.toString()));
        return fields;
    }

    private static String name(ImportedTool tool) {
        return clean(tool.title().isBlank() ? tool.name() : tool.title(), LONGEST_NAME);
    }

    private static @Nullable Object value(Place place, ImportedTool tool, Map<String, String> fields) {
        if (place.field().startsWith(SETTING)) {
            return tool.settings().get(place.field().substring(SETTING.length()));
        }
        String text = fields.getOrDefault(place.field(), "");
        if (text.isEmpty()) {
            return null;
        }
        return place.field().equals("idempotent") ? (Object) true : text;
    }

    private static String noted(Map<String, String> fields) {
        List<String> parts = new ArrayList<>();
        fields.forEach((field, text) -> parts.add(field + "=" + hash(text)));
        return String.join(" ", parts);
    }

    private static Map<String, String> noted(String text) {
        Map<String, String> noted = new LinkedHashMap<>();
        for (String part : text.split(" ", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                noted.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return noted;
    }

    /** Without control and format characters, which could deceive whoever reads it on a terminal. */
    private static String clean(String text, int longest) {
        String printable = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\u2028\\u2029&&[^\\n\\t]]", "");
        return printable.length() > longest ? printable.substring(0, longest) : printable;
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Object get(Map<String, Object> entry, List<String> path) {
        Object value = entry;
        for (String name : path) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return value;
    }

    /** {@code null} takes the value away. */
    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> entry, List<String> path, @Nullable Object value) {
        Map<String, Object> map = entry;
        for (String name : path.subList(0, path.size() - 1)) {
            Object next = map.get(name);
            if (!(next instanceof Map<?, ?>)) {
                if (value == null) {
                    return;
                }
                next = new LinkedHashMap<String, Object>();
                map.put(name, next);
            }
            map = (Map<String, Object>) next;
        }
        String last = path.get(path.size() - 1);
        if (value == null) {
            map.remove(last);
        } else {
            map.put(last, value);
        }
    }
}
