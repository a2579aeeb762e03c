package dev.serai.access;

import dev.serai.invocation.ErrorCode;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The answers to who is not let in (RFC 6750 section 3). */
final class Challenges {
    private static final String CHALLENGE = "WWW-Authenticate";
    private static final String BEARER = "Bearer realm=\"serai\"";
    private static final int BAD_REQUEST = 400;

    private final ResourceMetadata metadata;

    Challenges(ResourceMetadata metadata) {
        this.metadata = metadata;
    }

    Decision.Refused noCredential(RequestHead head) {
        return refused(
                "This needs a credential: Authorization: Bearer <key or token>, or X-API-Key: <key>.",
                BEARER + metadata.parameter(head));
    }

    /** @param why in a form that may go into a header: no quote, nothing that was sent */
    Decision.Refused invalid(RequestHead head, String why) {
        return refused(
                "The credential is not accepted: " + why + ".",
                BEARER + error("invalid_token", why) + metadata.parameter(head));
    }

    static Decision.Refused malformed(String why) {
        return new Decision.Refused(
                ErrorCode.UNAUTHORIZED,
                BAD_REQUEST,
                "The request cannot be authenticated: " + why + ".",
                Map.of(CHALLENGE, BEARER + error("invalid_request", why)));
    }

    static Decision.Refused roleMissing(String role) {
        return Decision.Refused.of(
                ErrorCode.FORBIDDEN,
                "This needs the role " + role + ".",
                Map.of(CHALLENGE, BEARER + error("insufficient_scope", "a role is missing")));
    }

    static Decision.Refused undecided(String why) {
        return Decision.Refused.of(
                ErrorCode.UPSTREAM_UNAVAILABLE,
                "The credential cannot be checked now: " + why + ".",
                Map.of("Retry-After", "5"));
    }

    static Decision.Refused busy() {
        return Decision.Refused.of(
                ErrorCode.TOO_MANY_REQUESTS, "Too many tokens wait to be checked.", Map.of("Retry-After", "1"));
    }

    static Decision.Refused tooMany(long waitNanos) {
        long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(waitNanos - 1) + 1);
        return Decision.Refused.of(
                ErrorCode.TOO_MANY_REQUESTS,
                "Too many failed authentications from this address.",
                Map.of("Retry-After", Long.toString(seconds)));
    }

    private static Decision.Refused refused(String detail, String challenge) {
        return Decision.Refused.of(ErrorCode.UNAUTHORIZED, detail, Map.of(CHALLENGE, challenge));
    }

    private static String error(String code, String why) {
        return ", error=\"" + code + "\", error_description=\"" + why + "\"";
    }
}
