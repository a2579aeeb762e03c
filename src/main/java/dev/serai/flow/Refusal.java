package dev.serai.flow;

import dev.serai.credential.Challenge;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Causes;
import java.util.Set;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's refusal, from the shared HTTP step or from an {@code http:} endpoint of a provider route.
 *
 * @param status the HTTP status
 * @param rpcCode the JSON-RPC error code; {@code null} where the body was none
 * @param rpcMessage the JSON-RPC error message
 * @param challenge what the upstream says about the token that it wants
 * @param retryAfterSeconds after which it wants to be tried again; 0 where it does not say
 */
record Refusal(
        int status,
        @Nullable Integer rpcCode,
        @Nullable String rpcMessage,
        @Nullable Challenge challenge,
        int retryAfterSeconds) {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int FIRST_CLIENT_ERROR = 400;
    private static final int FIRST_SERVER_ERROR = 500;
    private static final Set<Integer> MISSES_SESSION = Set.of(400, 404);

    /** {@code null} where the failure is no refusal. */
    static @Nullable Refusal in(@Nullable Throwable failure) {
        for (Throwable t : Causes.of(failure)) {
            if (t instanceof UpstreamStatusException e) {
                return new Refusal(e.status(), e.rpcCode(), e.rpcMessage(), e.challenge(), e.retryAfterSeconds());
            }
            if (t instanceof HttpOperationFailedException e) {
                return new Refusal(e.getStatusCode(), null, null, null, 0);
            }
        }
        return null;
    }

    /**
     * What a caller is told of a failure whose cause is known: a failure that says so itself, or a refusal.
     * {@code null} for a foreign exception, whose message can quote addresses and bodies.
     */
    static @Nullable CapabilityException told(@Nullable Throwable failure) {
        CapabilityException known = Causes.find(failure, CapabilityException.class);
        Refusal refusal = known == null ? in(failure) : null;
        return refusal == null
                ? known
                : new UpstreamStatusException(refusal.status, null, null, "the upstream answered " + refusal.status);
    }

    /** A refusal of the request, RFC 9110 section 15.5: where it means a lost session, no work has begun. */
    boolean beforeWork() {
        return status >= FIRST_CLIENT_ERROR && status < FIRST_SERVER_ERROR;
    }

    /** What a server that wants a session answers to a request without one. */
    boolean missesSession() {
        return MISSES_SESSION.contains(status);
    }

    boolean forbidden() {
        return status == FORBIDDEN;
    }

    boolean unauthorized() {
        return status == UNAUTHORIZED;
    }
}
