package dev.serai.invocation;

import java.util.Set;

/**
 * Who calls. Only the entry that authenticated a caller says so, in the exchange property {@value #PROPERTY}; a header
 * never does.
 *
 * @param name the principal, unique among callers; never a secret
 * @param roles roles and scopes that the principal was given
 */
public record Caller(String name, Set<String> roles) {
    /** The exchange property that holds it. */
    public static final String PROPERTY = "SeraiCaller";

    /** A caller that no entry authenticated, because authentication is off or the call was made in this process. */
    public static final Caller ANONYMOUS = new Caller("anonymous", Set.of());

    /** Whoever started this process, on its command line: may call everything. */
    public static final Caller OPERATOR = new Caller("operator", Set.of());

    public Caller {
        roles = Set.copyOf(roles);
    }
}
