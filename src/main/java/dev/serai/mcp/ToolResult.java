package dev.serai.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.ProviderResult;
import dev.serai.invocation.UpstreamText;
import org.jspecify.annotations.Nullable;

/** What a tool's result means to a caller. */
final class ToolResult {
    private ToolResult() {}

    /** How the tool failed; {@code null} where it did not. The text is without the session id. */
    static @Nullable CapabilityException failure(JsonNode result, @Nullable String sessionId) {
        if (!result.path("isError").asBoolean()) {
            return null;
        }
        String text = UpstreamText.excerpt(firstText(result), UpstreamText.secrets(sessionId));
        return new CapabilityException(
                ErrorCode.TOOL_ERROR, text.isEmpty() ? "the tool failed and says no more" : text, result, null);
    }

    /** A result with what it means, and for how long. */
    static ProviderResult of(JsonNode result) {
        return new ProviderResult(result, value(result), freshMs(result));
    }

    /** For how long it holds, in milliseconds from 0; {@code null} where it does not say. Source: MCP 2026-07-28, caching. */
    static @Nullable Long freshMs(JsonNode result) {
        JsonNode fresh = result.path("ttlMs");
        // Saturates.
        return fresh.isNumber() ? Long.valueOf((long) Math.max(0, fresh.doubleValue())) : null;
    }

    /** The first text of the content; empty where it has none. */
    static String firstText(JsonNode result) {
        for (JsonNode item : result.path("content")) {
            String text = text(item);
            if (text != null) {
                return text;
            }
        }
        return "";
    }

    /**
     * The structured content where there is some; else the only text of the content, as JSON where it is JSON; else
     * the content as it is; the result itself where it has no content either.
     */
    static JsonNode value(JsonNode result) {
        if (result.hasNonNull("structuredContent")) {
            return result.get("structuredContent");
        }
        JsonNode content = result.get("content");
        if (content == null || !content.isArray()) {
            return result;
        }
        String only = onlyText(content);
        return only == null ? content : jsonOrText(only);
    }

    private static @Nullable String onlyText(JsonNode content) {
        String only = null;
        for (JsonNode item : content) {
            String text = text(item);
            if (text != null && only != null) {
                return null;
            }
            only = text == null ? only : text;
        }
        return only;
    }

    private static @Nullable String text(JsonNode item) {
        JsonNode text = item.get("text");
        return item.path("type").asText().equals("text") && text != null && text.isTextual() ? text.asText() : null;
    }

    private static JsonNode jsonOrText(String text) {
        if (mayBeJson(text)) {
            try {
                return Json.MAPPER.readTree(text);
            } catch (JsonProcessingException e) {
                return TextNode.valueOf(text);
            }
        }
        return TextNode.valueOf(text);
    }

    /** Looks at the first and last character, so that plain text costs no exception. */
    private static boolean mayBeJson(String text) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return false;
        }
        char last = trimmed.charAt(trimmed.length() - 1);
        return switch (trimmed.charAt(0)) {
            case '{' -> last == '}';
            case '[' -> last == ']';
            case '"' -> last == '"' && trimmed.length() > 1;
            case 't', 'f', 'n' -> trimmed.equals("true") || trimmed.equals("false") || trimmed.equals("null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> last >= '0' && last <= '9';
            default -> false;
        };
    }
}
