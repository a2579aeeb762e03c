package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerToken;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client.
 *
 * @param version the revision that is spoken with the client
 * @param session the session it belongs to; {@code null} where the revision has none
 * @param client the address it came from
 * @param group of the path, or empty
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
        long arrivedNanos) {
    private static final String PREFIX = "io.modelcontextprotocol/";

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
