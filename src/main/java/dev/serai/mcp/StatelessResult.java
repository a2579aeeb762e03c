package dev.serai.mcp;

import static dev.serai.mcp.AnswerReader.protocolError;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.UpstreamText;
import java.util.List;
import java.util.Set;

/** What answers of a stateless server mean. Source: MCP 2026-07-28, base protocol: results and error codes. */
final class StatelessResult {
    private static final int HEADER_MISMATCH = -32020;
    private static final int MISSING_CAPABILITY = -32021;
    private static final int UNSUPPORTED_VERSION = -32022;
    private static final Set<String> MAY_ASK = Set.of("tools/call", "prompts/get", "resources/read");

    private StatelessResult() {}

    /** Whether it is no result yet, but questions. */
    static boolean asksForInput(JsonNode result, McpRequest request) {
        String type = result.path("resultType").asText("complete");
        if (type.equals("complete")) {
            return false;
        }
        if (type.equals("input_required") && MAY_ASK.contains(request.method())) {
            return true;
        }
        throw protocolError(
                "the upstream's result is of type \"" + UpstreamText.excerpt(type, List.of()) + "\"; expected complete"
                        + (MAY_ASK.contains(request.method()) ? " or input_required" : ""),
                null);
    }

    /** Whether the server refuses the revision of the request. */
    static boolean isOtherVersion(Exception failure) {
        return failure instanceof UpstreamStatusException refusal
                && Integer.valueOf(UNSUPPORTED_VERSION).equals(refusal.rpcCode());
    }

    /** Whether the server wants other headers for the arguments of a tool than it was sent. */
    static boolean wantsOtherHeaders(Exception failure) {
        return failure instanceof UpstreamStatusException refusal
                && Integer.valueOf(HEADER_MISMATCH).equals(refusal.rpcCode());
    }

    /** The errors that are about the gateway's own request, in words for its caller; every other as it is. */
    static Exception explained(Exception failure) {
        if (!(failure instanceof UpstreamStatusException refusal) || refusal.rpcCode() == null) {
            return failure;
        }
        String message =
                refusal.rpcMessage() == null || refusal.rpcMessage().isEmpty() ? "" : ": " + refusal.rpcMessage();
        return switch (refusal.rpcCode()) {
            case HEADER_MISMATCH ->
                new CapabilityException(
                        ErrorCode.UPSTREAM_ERROR,
                        "the server's headers for the tool's arguments are others than the input schema declares;"
                                + " declare the schema as the server lists it" + message);
            case MISSING_CAPABILITY ->
                new CapabilityException(
                        ErrorCode.UPSTREAM_ERROR,
                        "the tool needs a caller that the server can ask something, which this one cannot be"
                                + message);
            case UNSUPPORTED_VERSION ->
                new UpstreamStatusException(
                        refusal.status(),
                        refusal.rpcCode(),
                        refusal.rpcMessage(),
                        "the server does not speak protocol version " + ProtocolVersion.STATELESS + message);
            default -> failure;
        };
    }
}
