package dev.serai.mcp.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.invocation.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Capabilities and what they return, as clients of the protocol see them. */
final class ToolJson {
    private static final List<String> HINTS =
            List.of("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint");

    private ToolJson() {}

    /** The schemas are the declared ones, key for key. */
    static ObjectNode of(String name, Capability capability, String version) {
        ObjectNode tool = Rpc.object().put("name", name);
        boolean titled = !capability.name().equals(capability.id());
        if (titled && Revision.atLeast(version, Revision.STRUCTURED)) {
            tool.put("title", capability.name());
        }
        if (!capability.description().isEmpty()) {
            tool.put("description", capability.description());
        }
        tool.set("inputSchema", capability.arguments().json());
        JsonNode output = output(capability, version);
        if (output != null) {
            tool.set("outputSchema", output);
        }
        ObjectNode annotations = annotations(capability);
        if (!annotations.isEmpty()) {
            tool.set("annotations", annotations);
        }
        return tool;
    }

    /** Clients of the session era take only objects as results. */
    private static @Nullable JsonNode output(Capability capability, String version) {
        JsonNode schema = capability.outputSchema();
        boolean taken = Revision.atLeast(version, Revision.MODERN)
                || (Revision.atLeast(version, Revision.STRUCTURED)
                        && schema != null
                        && schema.path("type").asText().equals("object"));
        return taken ? schema : null;
    }

    private static ObjectNode annotations(Capability capability) {
        ObjectNode annotations = Rpc.object();
        String title = capability.providerSetting("annotations_title");
        if (title != null) {
            annotations.put("title", title);
        }
        for (String hint : HINTS) {
            String value = capability.providerSetting("annotations_" + hint);
            if (value == null && hint.equals("idempotentHint")) {
                value = capability.metadata().get("policy_idempotent");
            }
            if (value != null) {
                annotations.put(hint, Boolean.parseBoolean(value));
            }
        }
        return annotations;
    }

    /** A whole result of a tool as it is; anything else becomes its content. */
    static ObjectNode result(JsonNode result, @Nullable JsonNode outputSchema, String version) {
        ObjectNode whole;
        if (isToolResult(result)) {
            whole = (ObjectNode) result;
        } else {
            whole = text(result.isTextual() ? result.asText() : result.toString());
            if (result.isObject() || (outputSchema != null && Revision.atLeast(version, Revision.MODERN))) {
                whole.set("structuredContent", result);
            }
        }
        if (outputSchema != null
                && !whole.has("structuredContent")
                && !whole.path("isError").asBoolean()) {
            JsonNode parsed = parsed(whole);
            if (parsed != null) {
                whole = whole.deepCopy();
                whole.set("structuredContent", parsed);
            }
        }
        return whole;
    }

    /** A failure that the model behind the client is to see. */
    static ObjectNode failure(String text) {
        return text(text).put("isError", true);
    }

    /** What the provider said failed, whole where it is a tool's result. */
    static ObjectNode failure(@Nullable JsonNode result, String text) {
        return result != null && isToolResult(result) ? ((ObjectNode) result).put("isError", true) : failure(text);
    }

    private static ObjectNode text(String text) {
        ObjectNode result = Rpc.object();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }

    private static boolean isToolResult(JsonNode result) {
        if (!result.isObject() || !result.path("content").isArray()) {
            return false;
        }
        for (JsonNode item : result.get("content")) {
            if (!item.path("type").isTextual()) {
                return false;
            }
        }
        return true;
    }

    /** The only text of a result where it is a JSON object. */
    private static @Nullable JsonNode parsed(JsonNode result) {
        JsonNode content = result.path("content");
        String text = content.size() == 1 ? content.get(0).path("text").asText() : "";
        if (text.startsWith("{")) {
            try {
                return Json.MAPPER.readTree(text);
            } catch (JsonProcessingException e) {
                return null;
            }
        }
        return null;
    }
}
