package dev.serai.mcp.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.serai.importing.ImportedTool;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One answer to {@code tools/list}, read without building it, so that a schema can be kept as it was sent.
 *
 * @param next the cursor of the next page, empty text being one; {@code null} at the end
 */
record ToolPage(List<ImportedTool> tools, @Nullable String next) {
    private static final String ANYTHING = "{\"type\":\"object\"}";

    /** @throws CapabilityException {@code upstream_protocol_error} */
    static ToolPage read(String answer) {
        List<ImportedTool> tools = new ArrayList<>();
        String[] next = {null};
        boolean[] listed = {false};
        try (JsonParser json = Json.MAPPER.createParser(answer)) {
            json.nextToken();
            each(json, field -> {
                if (!field.equals("result")) {
                    return false;
                }
                return each(json, part -> {
                    if (part.equals("nextCursor") && json.currentToken() == JsonToken.VALUE_STRING) {
                        next[0] = text(json);
                    } else if (part.equals("tools") && json.currentToken() == JsonToken.START_ARRAY) {
                        listed[0] = true;
                        tools(json, answer, tools);
                        return true;
                    }
                    return false;
                });
            });
        } catch (IOException e) {
            throw wrong(e);
        }
        if (!listed[0]) {
            throw wrong(null);
        }
        return new ToolPage(tools, next[0]);
    }

    private static void tools(JsonParser json, String answer, List<ImportedTool> into) {
        try {
            for (JsonToken token = json.nextToken(); token == JsonToken.START_OBJECT; token = json.nextToken()) {
                into.add(tool(json, answer));
            }
            if (json.currentToken() != JsonToken.END_ARRAY) {
                throw wrong(null);
            }
        } catch (IOException e) {
            throw wrong(e);
        }
    }

    private static ImportedTool tool(JsonParser json, String answer) {
        String[] texts = {"", "", ""};
        String[] schemas = {ANYTHING, null};
        boolean[] idempotent = {false};
        each(json, field -> {
            switch (field) {
                case "name" -> texts[0] = text(json);
                case "title" -> texts[1] = text(json);
                case "description" -> texts[2] = text(json);
                case "inputSchema" -> schemas[0] = raw(json, answer, schemas[0]);
                case "outputSchema" -> schemas[1] = raw(json, answer, schemas[1]);
                case "annotations" -> {
                    return each(json, hint -> {
                        boolean safe = hint.equals("readOnlyHint") || hint.equals("idempotentHint");
                        idempotent[0] |= safe && json.currentToken() == JsonToken.VALUE_TRUE;
                        return false;
                    });
                }
                default -> {
                    // Nothing that a declaration holds.
                }
            }
            return false;
        });
        if (texts[0].isEmpty()) {
            throw wrong(null);
        }
        return new ImportedTool(texts[0], texts[1], texts[2], String.valueOf(schemas[0]), schemas[1], idempotent[0]);
    }

    /**
     * Visits the fields of an object, where there is one.
     *
     * @param visit is given the name with the parser at its value, and says whether it has read all of that
     */
    private static boolean each(JsonParser json, Function<String, Boolean> visit) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        try {
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                if (!visit.apply(name)) {
                    json.skipChildren();
                }
            }
            return true;
        } catch (IOException e) {
            throw wrong(e);
        }
    }

    private static String text(JsonParser json) {
        try {
            return json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
        } catch (IOException e) {
            throw wrong(e);
        }
    }

    private static @Nullable String raw(JsonParser json, String answer, @Nullable String otherwise) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return otherwise;
        }
        try {
            int start = (int) json.currentTokenLocation().getCharOffset();
            json.skipChildren();
            return answer.substring(start, (int) json.currentLocation().getCharOffset());
        } catch (IOException e) {
            throw wrong(e);
        }
    }

    private static CapabilityException wrong(@Nullable Throwable cause) {
        return new CapabilityException(
                ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                "the answer to tools/list is none: expected result.tools with a name for each",
                cause);
    }
}
