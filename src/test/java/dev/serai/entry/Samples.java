package dev.serai.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.capability.ArgumentSchema;
import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.capability.SessionMode;
import dev.serai.capability.SourceLocation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Declarations and outcomes for tests. */
final class Samples {
    private Samples() {}

    static Catalog catalog() {
        return catalog("sample.add", "sample.echo", "sample/group/echo two");
    }

    static Catalog catalog(String... ids) {
        return new Catalog(Arrays.stream(ids).map(id -> capability(id, null)).toList(), List.of());
    }

    static Capability capability(String id, @Nullable JsonNode outputSchema) {
        JsonNode schema = JsonNodeFactory.instance
                .objectNode()
                .put("type", "object")
                .set("properties", JsonNodeFactory.instance.objectNode().putObject("message"));
        return new Capability(
                id,
                "Name of " + id,
                "What " + id + " does",
                "sample",
                SessionMode.NONE,
                null,
                new TreeMap<>(Map.of("sample_server_url", "http://upstream.invalid/secret-path")),
                Set.of(),
                new ArgumentSchema(schema),
                outputSchema,
                new SourceLocation("sample.yaml", 1));
    }

    static void complete(Exchange exchange, JsonNode result) {
        exchange.getMessage().setHeader("CapabilityStatus", "completed");
        exchange.getMessage().setBody(result);
    }
}
