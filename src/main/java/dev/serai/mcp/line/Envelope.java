package dev.serai.mcp.line;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.serai.invocation.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What of a JSON-RPC message says where it belongs; read without building the rest.
 *
 * @param id as JSON, so that 1 and "1" differ; {@code null} where there is none, or null
 * @param method {@code null} in an answer
 * @param token the progress token that it asks for or tells of, as JSON; {@code null} without one
 * @param failed whether it is an answer that holds an error
 */
public record Envelope(
        @Nullable String id,
        @Nullable String method,
        @Nullable String token,
        boolean failed) {
    private static final int LONGEST_ID = 1_024;

    /** {@code null} where the bytes are no JSON object, or hold more than one. */
    public static @Nullable Envelope read(byte[] message) {
        try (JsonParser json = Json.MAPPER.createParser(message)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            String id = null;
            String method = null;
            String token = null;
            boolean failed = false;
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                switch (name) {
                    case "id" -> id = scalar(json, value);
                    case "method" -> method = value == JsonToken.VALUE_STRING ? json.getText() : null;
                    case "params" -> token = value == JsonToken.START_OBJECT ? token(json) : null;
                    case "error" -> failed = value != JsonToken.VALUE_NULL;
                    default -> {
                        // Not ours to look at.
                    }
                }
                json.skipChildren();
            }
            return json.nextToken() == null ? new Envelope(id, method, token, failed) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable String token(JsonParser json) throws IOException {
        String token = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            if (name.equals("progressToken")) {
                token = scalar(json, value);
            } else if (name.equals("_meta") && value == JsonToken.START_OBJECT) {
                String asked = token(json);
                token = asked == null ? token : asked;
            }
            json.skipChildren();
        }
        return token;
    }

    private static @Nullable String scalar(JsonParser json, JsonToken value) throws IOException {
        String text =
                switch (value) {
                    case VALUE_STRING -> Json.MAPPER.writeValueAsString(json.getText());
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getText();
                    default -> null;
                };
        return text == null || text.length() > LONGEST_ID ? null : text;
    }

    /** Whether an answer is expected. */
    public boolean isRequest() {
        return method != null && id != null;
    }

    /** Whether it is neither a request nor an answer. */
    public boolean isNotification() {
        return method != null && id == null;
    }
}
