package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A request that is answered with a JSON-RPC error. The message holds nothing secret. */
final class RpcError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final int status;
    private final int code;
    private final transient @Nullable JsonNode data;

    /** @param status of the HTTP answer, where the whole answer is this error */
    RpcError(int status, int code, String message, @Nullable JsonNode data) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.data = data;
    }

    /** Refused before anything was done: 400. */
    static RpcError refused(int code, String message) {
        return new RpcError(BAD_REQUEST, code, message, null);
    }

    /** What a handler says: 200 with an error in the body. */
    static RpcError handled(int code, String message) {
        return new RpcError(OK, code, message, null);
    }

    /** A defect of the gateway itself; tells nothing. */
    static RpcError internal() {
        return new RpcError(500, Rpc.INTERNAL_ERROR, "the request failed in the gateway; see its log", null);
    }

    int status() {
        return status;
    }

    int code() {
        return code;
    }

    @Nullable
    JsonNode data() {
        return data;
    }
}
