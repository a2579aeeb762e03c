package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.entry.IngressRequest;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request of 2026-07-28 has to say, and in which order it is looked at (basic/transports/streamable-http.mdx). */
final class ModernRules {
    static final String VERSION_HEADER = "MCP-Protocol-Version";
    private static final String METHOD_HEADER = "Mcp-Method";
    private static final String NAME_HEADER = "Mcp-Name";
    private static final String PARAM_HEADER = "Mcp-Param-";
    private static final String ENCODED = "=?base64?";
    private static final Set<String> METHODS = Set.of(
            "server/discover",
            "tools/list",
            "tools/call",
            "resources/list",
            "resources/templates/list",
            "resources/read",
            "prompts/list",
            "prompts/get",
            "completion/complete",
            "subscriptions/listen");
    private static final Map<String, String> NAMED =
            Map.of("tools/call", "name", "prompts/get", "name", "resources/read", "uri");

    private ModernRules() {}

    /** The revision that the message itself claims; {@code null} where it claims none. */
    static @Nullable String claim(JsonNode message) {
        JsonNode claim = Asked.meta(message.path("params"), "protocolVersion");
        return claim.isTextual() ? claim.asText() : null;
    }

    /** Refuses a request that says too little, or in its head something else than in its body. */
    static void check(IngressRequest head, String method, ObjectNode params, String claim) {
        String version = head.header(VERSION_HEADER);
        if (version != null && !version.trim().equals(claim)) {
            throw mismatch(VERSION_HEADER);
        }
        if (!claim.equals(Revision.MODERN)) {
            ObjectNode data = Rpc.object();
            data.putArray("supported").add(Revision.MODERN);
            data.put("requested", claim);
            throw new RpcError(400, Rpc.UNSUPPORTED_VERSION, "Unsupported protocol version", data);
        }
        if (!Asked.meta(params, "clientCapabilities").isObject()) {
            throw RpcError.refused(
                    Rpc.INVALID_PARAMS,
                    "params._meta: expected io.modelcontextprotocol/clientCapabilities with an object");
        }
        if (version == null) {
            throw mismatch(VERSION_HEADER);
        }
        requireSame(head, METHOD_HEADER, method);
        String named = NAMED.get(method);
        if (named != null && params.path(named).isTextual()) {
            requireSame(head, NAME_HEADER, params.path(named).asText());
        }
        if (!METHODS.contains(method)) {
            throw unknown(method);
        }
    }

    static RpcError unknown(String method) {
        String shown = method.length() > 64 ? method.substring(0, 64) + "…" : method;
        return new RpcError(404, Rpc.METHOD_NOT_FOUND, "Method not found: " + shown, null);
    }

    /** What the schema of a tool mirrors in headers has to be the same in both places. */
    static void checkMirrored(IngressRequest head, JsonNode schema, JsonNode arguments) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode mirror = property.getValue().path("x-mcp-header");
            JsonNode value = arguments.path(property.getKey());
            if (mirror.isTextual()) {
                String header = PARAM_HEADER + mirror.asText();
                boolean absent = value.isMissingNode() || value.isNull();
                String sent = decoded(only(head, header));
                if (absent ? sent != null : sent == null || !same(sent, value)) {
                    throw mismatch(header);
                }
            } else if (value.isObject()) {
                checkMirrored(head, property.getValue(), value);
            }
        }
    }

    private static boolean same(String sent, JsonNode value) {
        if (!value.isNumber()) {
            return sent.equals(value.asText());
        }
        try {
            return new BigDecimal(sent).compareTo(value.decimalValue()) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void requireSame(IngressRequest head, String header, String expected) {
        if (!expected.equals(decoded(only(head, header)))) {
            throw mismatch(header);
        }
    }

    private static @Nullable String only(IngressRequest head, String header) {
        List<String> values = head.headers(header);
        return values.size() == 1 ? values.get(0).trim() : null;
    }

    private static @Nullable String decoded(@Nullable String value) {
        if (value == null || !value.startsWith(ENCODED) || !value.endsWith("?=")) {
            return value;
        }
        try {
            String base64 = value.substring(ENCODED.length(), value.length() - 2);
            if (base64.length() % 4 != 0) {
                return null;
            }
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static RpcError mismatch(String header) {
        return RpcError.refused(
                Rpc.HEADER_MISMATCH, "the header " + header + " is missing, or is not what the body says");
    }
}
