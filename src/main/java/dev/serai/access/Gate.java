package dev.serai.access;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * In front of every route of the HTTP entry: decides, before a body is read, who calls and whether the path is for them.
 * Safe for use by many threads.
 */
public final class Gate {
    /** Takes everybody: for an entry that something else guards. */
    public static final Gate OPEN = new Gate(null, null, null, false);

    private static final List<String> CREDENTIALS = List.of(Presented.AUTHORIZATION, Presented.API_KEY);
    private static final CompletableFuture<Decision> NOBODY =
            CompletableFuture.completedFuture(Decision.Admitted.NOBODY);

    private final @Nullable PathRules paths;
    private final @Nullable Origins origins;
    private final @Nullable Authenticator authenticator;
    private final boolean reachable;

    /**
     * @param authenticator {@code null} where nobody is authenticated
     * @param reachable whether the address can be reached from other machines
     */
    Gate(
            @Nullable PathRules paths,
            @Nullable Origins origins,
            @Nullable Authenticator authenticator,
            boolean reachable) {
        this.paths = paths;
        this.origins = origins;
        this.authenticator = authenticator;
        this.reachable = reachable;
    }

    /** The decision; where it takes time, the future ends on another thread. Never ends with an exception. */
    public CompletableFuture<Decision> decide(RequestHead head) {
        if (paths == null || origins == null || paths.isPublic(head)) {
            return NOBODY;
        }
        Decision.Refused foreign = origins.refusal(head);
        if (foreign != null) {
            return CompletableFuture.completedFuture(foreign);
        }
        if (authenticator == null) {
            return reachable && paths.isAdmin(head) ? permitted(paths, head, Decision.Admitted.NOBODY) : NOBODY;
        }
        return authenticator
                .authenticate(head)
                .thenCompose(decision -> decision instanceof Decision.Admitted admitted
                        ? permitted(paths, head, admitted)
                        : CompletableFuture.completedFuture(decision));
    }

    /** The header fields that carry a credential for the gateway, which nothing behind it may see. */
    public List<String> credentialHeaders() {
        return authenticator == null ? List.of() : CREDENTIALS;
    }

    private static CompletableFuture<Decision> permitted(
            PathRules paths, RequestHead head, Decision.Admitted admitted) {
        String missing = paths.missingRole(head, admitted.caller());
        return CompletableFuture.completedFuture(missing == null ? admitted : Challenges.roleMissing(missing));
    }
}
