package dev.serai.socket;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a message has to hold.
 *
 * @param values by where they are; all of them have to be there. A {@code null} stands for anything but null
 */
public record Rule(Map<JsonPointer, @Nullable String> values) {
    /** What {@link #of} takes, in words. */
    public static final String EXPECTED =
            "a JSON pointer such as /done, or an object of JSON pointers and their values such as {\"/type\": \"end\"}";

    /**
     * From a text, which is a JSON pointer, or from an object of pointers and values.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Rule of(JsonNode declared) {
        Map<JsonPointer, @Nullable String> values = new LinkedHashMap<>();
        if (declared.isTextual()) {
            values.put(JsonPointer.compile(declared.textValue()), null);
        } else {
            declared.properties().forEach(field -> {
                String value = Match.text(field.getValue());
                if (value == null) {
                    throw new IllegalArgumentException("a value that is neither text, number nor truth value");
                }
                values.put(JsonPointer.compile(field.getKey()), value);
            });
        }
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing is asked for");
        }
        return new Rule(values);
    }

    boolean in(JsonNode message) {
        return values.entrySet().stream().allMatch(each -> {
            JsonNode found = message.at(each.getKey());
            String wanted = each.getValue();
            return wanted == null ? !found.isMissingNode() && !found.isNull() : wanted.equals(Match.text(found));
        });
    }
}
