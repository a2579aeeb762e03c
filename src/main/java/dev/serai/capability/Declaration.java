package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One declaration as written, before its metadata is flattened and checked.
 *
 * @param id as written
 * @param properties the other properties by name, with {@code _} for {@code -}; without the schemas
 * @param inputSchema the arguments' JSON Schema; {@code null} where not declared
 * @param outputSchema the result's JSON Schema; {@code null} where not declared
 * @param line where it starts
 */
record Declaration(
        String id,
        Map<String, Data> properties,
        @Nullable JsonNode inputSchema,
        @Nullable JsonNode outputSchema,
        int line) {}
