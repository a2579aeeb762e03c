package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Shares equal strings and schemas among the declarations of one load; thread-safe, dropped after the load. */
final class StringPool {
    private static final int LONGEST = 128;
    private static final int MOST = 200_000;

    private final Map<String, String> strings = new ConcurrentHashMap<>();
    private final Map<String, KeyFacts> keys = new ConcurrentHashMap<>();
    private final Map<JsonNode, ArgumentSchema> schemas = new ConcurrentHashMap<>();

    /** The same text; short ones as one shared object. */
    String share(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        String known = strings.get(text);
        if (known != null || strings.size() >= MOST) {
            return known == null ? text : known;
        }
        String earlier = strings.putIfAbsent(text, text);
        return earlier == null ? text : earlier;
    }

    KeyFacts facts(String key) {
        KeyFacts known = keys.get(key);
        if (known == null) {
            known = KeyFacts.of(share(key));
            if (keys.size() < MOST) {
                keys.put(key, known);
            }
        }
        return known;
    }

    /** One compiled schema for all equal ones. */
    ArgumentSchema share(JsonNode schema) {
        ArgumentSchema known = schemas.get(schema);
        if (known != null) {
            return known;
        }
        if (schemas.size() >= MOST) {
            return new ArgumentSchema(schema);
        }
        return schemas.computeIfAbsent(schema, ArgumentSchema::new);
    }
}
