package dev.serai.grpc;

import dev.serai.invocation.ErrorCode;

/** The status codes of gRPC, and what each is for a caller. */
enum Status {
    OK(0, 200, ErrorCode.INTERNAL_ERROR),
    CANCELLED(1, 422, ErrorCode.TOOL_ERROR),
    UNKNOWN(2, 500, ErrorCode.UPSTREAM_ERROR),
    INVALID_ARGUMENT(3, 422, ErrorCode.TOOL_ERROR),
    DEADLINE_EXCEEDED(4, 504, ErrorCode.TIMEOUT),
    NOT_FOUND(5, 422, ErrorCode.TOOL_ERROR),
    ALREADY_EXISTS(6, 422, ErrorCode.TOOL_ERROR),
    PERMISSION_DENIED(7, 422, ErrorCode.TOOL_ERROR),
    RESOURCE_EXHAUSTED(8, 502, ErrorCode.UPSTREAM_ERROR),
    FAILED_PRECONDITION(9, 422, ErrorCode.TOOL_ERROR),
    ABORTED(10, 422, ErrorCode.TOOL_ERROR),
    OUT_OF_RANGE(11, 422, ErrorCode.TOOL_ERROR),
    UNIMPLEMENTED(12, 501, ErrorCode.UPSTREAM_ERROR),
    INTERNAL(13, 500, ErrorCode.UPSTREAM_ERROR),
    UNAVAILABLE(14, 503, ErrorCode.UPSTREAM_UNAVAILABLE),
    DATA_LOSS(15, 500, ErrorCode.UPSTREAM_ERROR),
    UNAUTHENTICATED(16, 401, ErrorCode.UPSTREAM_UNAUTHORIZED);

    private final int number;
    private final int http;
    private final ErrorCode code;

    Status(int number, int http, ErrorCode code) {
        this.number = number;
        this.http = http;
        this.code = code;
    }

    /** As it stands on the wire. */
    int number() {
        return number;
    }

    /** The HTTP status that says to the flow what this says: 422 that the call failed, and the server did its part. */
    int http() {
        return http;
    }

    ErrorCode code() {
        return code;
    }

    /** Of a number that a server gives; one that is not known is {@link #UNKNOWN}, as the protocol says. */
    static Status of(int number) {
        for (Status status : values()) {
            if (status.number == number) {
                return status;
            }
        }
        return UNKNOWN;
    }

    /** Of an answer without a status of its own (gRPC, HTTP to gRPC Status Code Mapping). */
    static Status ofHttp(int status) {
        return switch (status) {
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /** Of a stream that was reset (gRPC over HTTP/2, Errors). */
    static Status ofReset(long code) {
        return switch ((int) code) {
            case 7 -> UNAVAILABLE;
            case 8 -> CANCELLED;
            case 11 -> RESOURCE_EXHAUSTED;
            case 12 -> PERMISSION_DENIED;
            default -> INTERNAL;
        };
    }
}
