package dev.serai.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads and writes JSON on the command line. */
final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Json() {}

    static String compact(JsonNode node) {
        return node.toString();
    }

    static String indented(JsonNode node) {
        return node.toPrettyString();
    }

    /** The tree of {@code text}; what is wrong with it is a usage error that names {@code what}. */
    static JsonNode parse(String text, String what) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw CliException.usage(what + " is not JSON: " + reason(e) + position(e));
        }
    }

    /** Without the parser's remark on where an object starts: it says no more than that it may not say. */
    private static String reason(JsonProcessingException e) {
        return String.valueOf(e.getOriginalMessage()).replaceFirst(" \\(start marker at .*\\)$", "");
    }

    private static String position(JsonProcessingException e) {
        var at = e.getLocation();
        return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }
}
