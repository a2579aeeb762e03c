package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.capability.ArgumentSchema;
import dev.serai.capability.Capability;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.UpstreamText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Which arguments of a tool go out as headers too, by {@code x-mcp-header} in its input schema: scalars that can be
 * reached through {@code properties} alone. Source: MCP 2026-07-28, Streamable HTTP (SEP-2243).
 */
record ParameterHeaders(List<Mirrored> mirrored) {
    static final ParameterHeaders NONE = new ParameterHeaders(List.of());

    private static final int MOST = 64;
    private static final int DEEPEST = 32;
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");
    private static final String TOKEN = "[A-Za-z0-9-]{1,100}";

    /** One argument, by the names that lead to it, and its header. */
    record Mirrored(List<String> path, String header) {}

    /** What has been worked out for the schemas that there are. */
    static final class Known {
        private final Cache<ArgumentSchema, ParameterHeaders> bySchema =
                Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

        /** What servers were found to want instead. */
        private final Cache<Capability, ParameterHeaders> learned =
                Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

        /** Of the tool that this exchange is to call. */
        ParameterHeaders of(Exchange exchange) {
            UpstreamCall call = UpstreamCall.of(exchange);
            if (call == null) {
                return NONE;
            }
            ParameterHeaders found = learned.getIfPresent(call.capability());
            return found != null ? found : of(call.capability().arguments());
        }

        /** Servers' lists have changed: what was learned of them holds no longer. */
        void forget() {
            learned.invalidateAll();
        }

        /** From now on these, for this declaration. */
        void learn(Capability capability, ParameterHeaders headers) {
            learned.put(capability, headers);
        }

        private ParameterHeaders of(ArgumentSchema schema) {
            ParameterHeaders known = bySchema.getIfPresent(schema);
            if (known == null) {
                known = ParameterHeaders.of(schema.json());
                bySchema.put(schema, known);
            }
            return known;
        }
    }

    static ParameterHeaders of(JsonNode schema) {
        List<Mirrored> found = new ArrayList<>();
        collect(schema, List.of(), found, new HashSet<>());
        return found.isEmpty() ? NONE : new ParameterHeaders(List.copyOf(found));
    }

    private static void collect(JsonNode schema, List<String> path, List<Mirrored> found, Set<String> names) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            List<String> longer = new ArrayList<>(path);
            longer.add(property.getKey());
            JsonNode header = property.getValue().get("x-mcp-header");
            if (header != null) {
                String name = header.asText();
                boolean fits = header.isTextual()
                        && name.matches(TOKEN)
                        && TYPES.contains(property.getValue().path("type").asText())
                        && names.add(name.toLowerCase(Locale.ROOT))
                        && found.size() < MOST;
                if (!fits) {
                    throw unusable(property.getKey());
                }
                found.add(new Mirrored(List.copyOf(longer), McpHeaders.PARAMETER + name));
            }
            if (longer.size() < DEEPEST) {
                collect(property.getValue(), longer, found, names);
            }
        }
    }

    private static CapabilityException unusable(String property) {
        return new CapabilityException(
                ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                "the input schema's x-mcp-header of \"" + UpstreamText.excerpt(property, List.of())
                        + "\" is unusable: expected a name of letters, digits and - that no other property has, on a"
                        + " string, integer or boolean; such a tool must not be called");
    }

    /** Sets a header for each of them that has a value. */
    void set(Message message, JsonNode arguments) {
        for (Mirrored each : mirrored) {
            JsonNode value = arguments;
            for (String name : each.path()) {
                value = value.path(name);
            }
            if (value.isValueNode() && !value.isNull()) {
                message.setHeader(each.header(), HeaderText.encode(value.asText()));
            }
        }
    }
}
