package dev.serai.entry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The one JSON writer of the entries. */
final class Json {
    /** Buffers are pooled for all threads: a virtual thread does not live long enough to use its own twice. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
                    .build())
            .build();

    private static final ObjectWriter TREES = MAPPER.writerFor(JsonNode.class);

    private Json() {}

    static JsonMapper mapper() {
        return MAPPER;
    }

    /** Compact UTF-8, without a line break. */
    static byte[] bytes(JsonNode node) throws JsonProcessingException {
        return TREES.writeValueAsBytes(node);
    }

    /** One server-sent event; the data must be without a line break. */
    static byte[] event(String name, byte[] data) {
        byte[] head = ("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8);
        byte[] event = Arrays.copyOf(head, head.length + data.length + 2);
        System.arraycopy(data, 0, event, head.length, data.length);
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }
}
