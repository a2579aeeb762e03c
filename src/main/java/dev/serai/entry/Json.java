package dev.serai.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The one JSON writer of the entries. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectWriter TREES = MAPPER.writerFor(JsonNode.class);

    private Json() {}

    static JsonMapper mapper() {
        return MAPPER;
    }

    /** Compact UTF-8, without a line break. */
    static byte[] bytes(JsonNode node) throws JsonProcessingException {
        return TREES.writeValueAsBytes(node);
    }
}
