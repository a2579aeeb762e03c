package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.invocation.ErrorCode;
import java.util.List;
import java.util.Set;

/** What an outcome is to a client, by the revision it speaks. */
final class Results {
    static final String SERVER_NAME = "serai";
    private static final String PREFIX = "io.modelcontextprotocol/";
    private static final String META = "_meta";
    private static final String RESULT_TYPE = "resultType";
    private static final List<String> MODERN_ONLY = List.of(RESULT_TYPE, "ttlMs", "cacheScope");
    /** Whose complete results say for how long they hold (2026-07-28, server/utilities/caching.mdx). */
    private static final Set<String> CACHEABLE = Set.of(
            "server/discover",
            "tools/list",
            "prompts/list",
            "resources/list",
            "resources/templates/list",
            "resources/read");

    private Results() {}

    /** The result of a tool. */
    static ObjectNode ofTool(Capability capability, Outcome outcome, Asked asked) {
        if (outcome.completed()) {
            return ToolJson.result(outcome.body(), capability.outputSchema(), asked.version());
        }
        if (outcome.is(ErrorCode.TOOL_ERROR)) {
            return ToolJson.failure(outcome.toolResult(), outcome.detail());
        }
        boolean unknown = outcome.is(ErrorCode.UNKNOWN_CAPABILITY) || outcome.is(ErrorCode.FORBIDDEN);
        boolean badArguments = outcome.is(ErrorCode.INVALID_ARGUMENTS)
                && !Revision.atLeast(asked.version(), Revision.LATEST_OF_SESSIONS);
        if (unknown || badArguments) {
            throw RpcError.handled(Rpc.INVALID_PARAMS, outcome.detail());
        }
        if (outcome.rpcCode() != null) {
            throw relayed(outcome, asked);
        }
        return ToolJson.failure(
                outcome.code() == null ? outcome.detail() : outcome.code().wireName() + ": " + outcome.detail());
    }

    /** The result of anything else, which its server shaped. */
    static ObjectNode whole(Capability capability, Outcome outcome, Asked asked) {
        if (outcome.completed() && outcome.body() instanceof ObjectNode result) {
            return result;
        }
        if (outcome.rpcCode() != null) {
            throw relayed(outcome, asked);
        }
        if (outcome.is(ErrorCode.INVALID_ARGUMENTS)) {
            throw RpcError.handled(Rpc.INVALID_PARAMS, outcome.detail());
        }
        throw RpcError.handled(Rpc.INTERNAL_ERROR, outcome.completed() ? "the result is no object" : outcome.detail());
    }

    /** Codes that are about the way from the gateway to its server mean something else to the client. */
    private static RpcError relayed(Outcome outcome, Asked asked) {
        int code = outcome.rpcCode() == null ? Rpc.INTERNAL_ERROR : outcome.rpcCode();
        if (asked.method().equals("resources/read") && (code == Rpc.RESOURCE_NOT_FOUND || code == Rpc.INVALID_PARAMS)) {
            ObjectNode data = Rpc.object();
            data.set("uri", asked.params().path("uri"));
            int told = asked.isModern() ? Rpc.INVALID_PARAMS : Rpc.RESOURCE_NOT_FOUND;
            return new RpcError(200, told, "Resource not found", data);
        }
        boolean hop = code <= Rpc.HEADER_MISMATCH && code >= Rpc.UNSUPPORTED_VERSION;
        boolean forbidden = asked.isModern() && code <= Rpc.NO_SESSION && code > Rpc.HEADER_MISMATCH;
        return RpcError.handled(hop || forbidden ? Rpc.INTERNAL_ERROR : code, outcome.detail());
    }

    /** The same result in the form that the client's revision has. */
    static ObjectNode shape(ObjectNode result, Asked asked) {
        ObjectNode shaped = Rpc.object();
        shaped.setAll(result);
        ObjectNode meta = Rpc.object();
        if (result.get(META) instanceof ObjectNode given) {
            for (var field : given.properties()) {
                if (!field.getKey().startsWith(PREFIX)) {
                    meta.set(field.getKey(), field.getValue());
                }
            }
        }
        if (!asked.isModern()) {
            shaped.remove(MODERN_ONLY);
            set(shaped, meta);
            return shaped;
        }
        shaped.put(RESULT_TYPE, "complete");
        if (CACHEABLE.contains(asked.method())) {
            JsonNode ttl = result.path("ttlMs");
            shaped.put("ttlMs", ttl.isIntegralNumber() && ttl.longValue() > 0 ? ttl.longValue() : 0);
            shaped.put("cacheScope", "private");
        }
        meta.set(PREFIX + "serverInfo", serverInfo());
        set(shaped, meta);
        return shaped;
    }

    private static void set(ObjectNode result, ObjectNode meta) {
        if (meta.isEmpty()) {
            result.remove(META);
        } else {
            result.set(META, meta);
        }
    }

    static ObjectNode serverInfo() {
        String version = Results.class.getPackage().getImplementationVersion();
        return Rpc.object().put("name", SERVER_NAME).put("version", version == null ? "development" : version);
    }
}
