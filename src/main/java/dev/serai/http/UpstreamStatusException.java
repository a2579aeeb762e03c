package dev.serai.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.credential.Challenge;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that answered, but with an error: an HTTP status that is not 2xx, or a JSON-RPC error.
 * Renewal decides by status and code whether a session was lost.
 */
public final class UpstreamStatusException extends CapabilityException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable Integer rpcCode;
    private final @Nullable String rpcMessage;
    private final transient @Nullable Challenge challenge;
    private final int retryAfterSeconds;

    /**
     * @param status the HTTP status, 100 to 599
     * @param rpcCode the JSON-RPC error code of the body; {@code null} where the body has none
     * @param rpcMessage the JSON-RPC error message; untrusted text
     * @param detail what the caller is told
     */
    public UpstreamStatusException(int status, @Nullable Integer rpcCode, @Nullable String rpcMessage, String detail) {
        this(status, rpcCode, rpcMessage, detail, null, null, 0);
    }

    /**
     * One that its provider's route has read.
     *
     * @param status the HTTP status that says the same, 100 to 599
     * @param code what the caller is told
     * @param detail what the caller is told in words
     * @param body all that the upstream says
     */
    public UpstreamStatusException(int status, ErrorCode code, String detail, JsonNode body) {
        super(code, detail, body, null);
        this.status = status;
        this.rpcCode = null;
        this.rpcMessage = null;
        this.challenge = null;
        this.retryAfterSeconds = 0;
    }

    private UpstreamStatusException(UpstreamStatusException one, String detail) {
        super(one.code(), detail, null, null);
        this.status = one.status;
        this.rpcCode = one.rpcCode;
        this.rpcMessage = one.rpcMessage;
        this.challenge = one.challenge;
        this.retryAfterSeconds = one.retryAfterSeconds;
    }

    /**
     * @param challenge what the upstream says about the token that it wants; {@code null} where it says nothing
     * @param body what else it says, for the caller; {@code null} where that is not told
     * @param retryAfterSeconds what it says of another try, 0 or more
     */
    UpstreamStatusException(
            int status,
            @Nullable Integer rpcCode,
            @Nullable String rpcMessage,
            String detail,
            @Nullable Challenge challenge,
            @Nullable JsonNode body,
            int retryAfterSeconds) {
        super(status == 401 ? ErrorCode.UPSTREAM_UNAUTHORIZED : ErrorCode.UPSTREAM_ERROR, detail, body, null);
        this.status = status;
        this.rpcCode = rpcCode;
        this.rpcMessage = rpcMessage;
        this.challenge = challenge;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public int status() {
        return status;
    }

    public @Nullable Integer rpcCode() {
        return rpcCode;
    }

    public @Nullable String rpcMessage() {
        return rpcMessage;
    }

    /** The same for several callers who went together: what the upstream says may be about one, and is for no other. */
    public UpstreamStatusException toSeveral() {
        return (rpcMessage == null || rpcMessage.isEmpty()) && result() == null
                ? this
                : new UpstreamStatusException(
                        this,
                        "the upstream answered " + status + (rpcCode == null ? "" : " with JSON-RPC error " + rpcCode)
                                + " to calls that went together");
    }

    /** What the upstream says about the token that it wants; {@code null} where it says nothing. */
    public @Nullable Challenge challenge() {
        return challenge;
    }

    /** After how many seconds the upstream wants to be tried again (RFC 9110, 10.2.3); 0 where it does not say. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
