package dev.serai.entry;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.serai.capability.Availability;
import dev.serai.capability.Capability;
import dev.serai.invocation.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The catalogue as callers see it: never the metadata, which says how a provider is reached. */
final class CatalogJson {
    private CatalogJson() {}

    static void writeAll(Iterable<Capability> visible, Availability availability, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("capabilities");
        for (Capability capability : visible) {
            write(capability, availability, json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static byte[] one(Capability capability, Availability availability) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
            write(capability, availability, json);
        }
        return out.toByteArray();
    }

    private static void write(Capability capability, Availability availability, JsonGenerator json) throws IOException {
        String reason = availability.reasonUnavailable(capability);
        json.writeStartObject();
        json.writeStringField("id", capability.id());
        json.writeStringField("name", capability.name());
        json.writeStringField("description", capability.description());
        json.writeBooleanField("available", reason == null);
        if (reason != null) {
            json.writeStringField("reason", reason);
        }
        json.writeFieldName("inputSchema");
        json.writeTree(capability.arguments().json());
        if (capability.outputSchema() != null) {
            json.writeFieldName("outputSchema");
            json.writeTree(capability.outputSchema());
        }
        json.writeEndObject();
    }
}
