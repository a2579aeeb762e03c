package dev.serai.capability;

import com.fasterxml.jackson.databind.JsonNode;

/** A JSON Schema for arguments; draft-07 and 2020-12, compiled on first use, never fetching a {@code $ref}. */
public final class ArgumentSchema {
    private final JsonNode schema;

    public ArgumentSchema(JsonNode schema) {
        this.schema = schema;
    }

    /** The schema as declared. */
    public JsonNode json() {
        return schema;
    }
}
