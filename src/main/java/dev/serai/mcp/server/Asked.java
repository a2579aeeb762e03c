package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.entry.IngressRequest;
import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerToken;
import dev.serai.trace.TraceContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client.
 *
 * @param version the revision that is spoken with the client
 * @param session the session it belongs to; {@code null} where the revision has none
 * @param client the address it came from
 * @param group of the path, or empty
 * @param trace who asked: {@code null} where the client does not say it
 */
record Asked(
        JsonNode id,
        String method,
        ObjectNode params,
        String version,
        @Nullable ClientSession session,
        @Nullable Caller caller,
        @Nullable CallerToken token,
        String client,
        String group,
        long arrivedNanos,
        @Nullable TraceContext trace) {
    private static final String PREFIX = "io.modelcontextprotocol/";

    /** What a request says, and the head of the HTTP request that it came with. */
    static Asked of(
            JsonNode id,
            String method,
            ObjectNode params,
            String version,
            @Nullable ClientSession session,
            @Nullable Caller caller,
            IngressRequest head,
            String group) {
        return new Asked(
                id,
                method,
                params,
                version,
                session,
                caller,
                head.token(),
                head.client(),
                group,
                head.arrivedNanos(),
                trace(params, head));
    }

    /**
     * As {@code _meta} says, which is about this request only; else as the headers do. Source: MCP 2026-07-28, basic,
     * trace context.
     */
    private static @Nullable TraceContext trace(ObjectNode params, IngressRequest head) {
        JsonNode meta = params.path("_meta");
        TraceContext said = TraceContext.parse(
                meta.path(TraceContext.PARENT).textValue(),
                meta.path(TraceContext.STATE).textValue());
        List<String> parents = head.headers(TraceContext.PARENT);
        return said != null || parents.size() != 1
                ? said
                : TraceContext.parse(parents.get(0), String.join(",", head.headers(TraceContext.STATE)));
    }

    /** The same client with another request. */
    Asked as(String other, ObjectNode given) {
        return new Asked(id, other, given, version, session, caller, token, client, group, arrivedNanos, trace);
    }

    boolean isModern() {
        return session == null;
    }

    /** Whose it is: what one principal was given is no other's. */
    String principal() {
        return principal(caller);
    }

    static String principal(@Nullable Caller caller) {
        return (caller == null ? Caller.ANONYMOUS : caller).name();
    }

    /** A field of the protocol's own in {@code _meta}. */
    static JsonNode meta(JsonNode params, String name) {
        return params.path("_meta").path(PREFIX + name);
    }

    JsonNode progressToken() {
        return params.path("_meta").path("progressToken");
    }

    /** The text parameter of this name. */
    String text(String name) {
        JsonNode value = params.path(name);
        if (!value.isTextual()) {
            throw RpcError.handled(Rpc.INVALID_PARAMS, "params." + name + ": expected a string");
        }
        return value.asText();
    }

    @Override
    public String toString() {
        return method;
    }
}
