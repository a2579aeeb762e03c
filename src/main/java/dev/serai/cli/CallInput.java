package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the arguments of a call as the command line gives them. */
final class CallInput {
    /** Bytes read from standard input at most. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    private CallInput() {}

    /** No text is an empty object; {@code -} is standard input. */
    static JsonNode arguments(@Nullable String text, InputStream in) {
        if (text == null) {
            return JsonNodeFactory.instance.objectNode();
        }
        String json = "-".equals(text) ? read(in) : text;
        if (json.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        JsonNode arguments = Json.parse(json, "-".equals(text) ? "standard input" : "the argument");
        if (!arguments.isObject()) {
            throw CliException.usage("arguments are a JSON object, found "
                    + arguments.getNodeType().name().toLowerCase(Locale.ROOT)
                    + "; for example '{\"message\":\"hi\"}'");
        }
        return arguments;
    }

    private static String read(InputStream in) {
        try {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw CliException.usage("standard input holds more than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
