package dev.serai.camel;

import dev.serai.capability.ProviderMetadata;
import java.util.Map;
import java.util.Set;

/** The keys of a declaration that names routes of the operator's. */
public final class OwnRouteMetadata implements ProviderMetadata {
    private static final Set<String> OWN = Set.of("route", "open_route", "close_route");

    @Override
    public Set<String> providers() {
        return Set.of("camel");
    }

    @Override
    public void check(Map<String, String> block, Findings found) {
        if (!block.containsKey("route")) {
            found.error("route", "is missing: expected direct:name, the route that is the capability");
        }
        String session = block.getOrDefault("requires_session", "false");
        if (!session.equals("false") && !block.containsKey("open_route")) {
            found.error("requires_session", "a session needs open_route, the route that opens it");
        }
        ProviderMetadata.warnOfUnknown(block, OWN, found);
    }
}
