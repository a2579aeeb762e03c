package dev.serai.invocation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The JSON rules in force everywhere: trees, exact numbers, nothing after the value, bounded depth. */
public final class Json {
    /** The deepest document read from callers and upstreams, in levels. */
    public static final int MAX_DEPTH = 1_000;

    /** Arguments as deep as that can still be wrapped in a message and sent. */
    private static final int ENVELOPE_LEVELS = 10;

    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH + ENVELOPE_LEVELS)
                            .build())
                    // The default pool is per thread, which is no pool at all on virtual threads.
                    .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectWriter TREES = MAPPER.writerFor(JsonNode.class);

    private Json() {}

    /** Compact UTF-8, without a line break. */
    public static byte[] bytes(JsonNode node) throws JsonProcessingException {
        return TREES.writeValueAsBytes(node);
    }
}
