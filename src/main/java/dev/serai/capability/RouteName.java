package dev.serai.capability;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The routes that a declaration may name: {@code direct:} and a name that neither the flow nor a provider uses. */
public final class RouteName {
    /** What every such value begins with. */
    public static final String SCHEME = "direct:";

    /** What precedes is a provider's name. */
    public static final List<String> OF_PROVIDERS =
            List.of("-call", "-open-session", "-close-session", "-check-session", "-cancel-call");

    static final String EXPECTED = "direct:name of a route of yours, none of the gateway's own and no provider's";

    private static final Pattern FORM = Pattern.compile("direct:[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final String ENTRY = "call-over-";
    private static final Set<String> FLOW = Set.of(
            "invoke-capability", "deliver-invocation", "call-in-session", "call-without-session", "call-upstream");
    private static final Set<String> HOOKS = Set.of("before-invoke", "after-invoke");

    private RouteName() {}

    /** Whether a declaration may name the route, as far as its name tells. */
    public static boolean isAllowed(String uri) {
        if (!FORM.matcher(uri).matches()) {
            return false;
        }
        String name = uri.substring(SCHEME.length());
        return !FLOW.contains(name)
                && !HOOKS.contains(name)
                && !name.startsWith(ENTRY)
                && OF_PROVIDERS.stream().noneMatch(name::endsWith);
    }
}
