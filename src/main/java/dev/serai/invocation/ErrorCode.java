package dev.serai.invocation;

import java.util.Locale;

/** The error codes of the public contract, each with its HTTP status. */
public enum ErrorCode {
    UNKNOWN_CAPABILITY(404, "Unknown capability"),
    INVALID_ARGUMENTS(400, "Invalid arguments"),
    UNAUTHORIZED(401, "Unauthorized"),
    FORBIDDEN(403, "Forbidden"),
    TOO_MANY_REQUESTS(429, "Too many requests"),
    PAYLOAD_TOO_LARGE(413, "Payload too large"),
    /** The provider says that the call failed; its content is kept whole. */
    TOOL_ERROR(422, "The capability failed"),
    UPSTREAM_UNAUTHORIZED(502, "The upstream refused the credential"),
    UPSTREAM_ERROR(502, "The upstream answered with an error"),
    UPSTREAM_PROTOCOL_ERROR(502, "The upstream broke its protocol"),
    UPSTREAM_UNAVAILABLE(503, "The upstream is unavailable"),
    SESSION_UNAVAILABLE(503, "No session could be opened"),
    TIMEOUT(504, "Timeout"),
    SHUTTING_DOWN(503, "Shutting down"),
    NO_PROVIDER(501, "No provider"),
    DUPLICATE_REQUEST(409, "Duplicate request"),
    OUTCOME_UNKNOWN(409, "Outcome unknown"),
    QUEUE_TIMEOUT(503, "Queue timeout"),
    CIRCUIT_OPEN(503, "Circuit open"),
    /** The caller has gone, so that nobody reads this over HTTP; 499 is what proxies log then. */
    CANCELLED(499, "Cancelled"),
    /** A defect of the gateway itself; the detail never carries internals. */
    INTERNAL_ERROR(500, "Internal error");

    private final int httpStatus;
    private final String title;

    ErrorCode(int httpStatus, String title) {
        this.httpStatus = httpStatus;
        this.title = title;
    }

    /** The name on the wire, for example {@code unknown_capability}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public int httpStatus() {
        return httpStatus;
    }

    public String title() {
        return title;
    }
}
