package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.Causes;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param code why it failed; {@code null} where it completed
 * @param body the whole result, or the problem document
 * @param rpcCode the code of the JSON-RPC error that the provider's server answered with, if it did
 */
record Outcome(
        @Nullable ErrorCode code, JsonNode body, @Nullable Integer rpcCode) {

    static Outcome of(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonNode body = message.getBody() instanceof JsonNode tree ? tree : MissingNode.getInstance();
        if ("completed".equals(message.getHeader(InvocationHeaders.STATUS))) {
            return new Outcome(null, body, null);
        }
        Object code = message.getHeader(InvocationHeaders.ERROR_CODE);
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        UpstreamStatusException refused = Causes.find(caught, UpstreamStatusException.class);
        return new Outcome(
                code == null
                        ? ErrorCode.INTERNAL_ERROR
                        : ErrorCode.valueOf(code.toString().toUpperCase(Locale.ROOT)),
                body,
                refused == null ? null : refused.rpcCode());
    }

    boolean completed() {
        return code == null;
    }

    boolean is(ErrorCode other) {
        return code == other;
    }

    /** What the problem document tells. */
    String detail() {
        return body.path("detail").asText("the call failed");
    }

    /** The provider's whole result where it said itself that the call failed. */
    @Nullable
    JsonNode toolResult() {
        return body.get("result");
    }
}
