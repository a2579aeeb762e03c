package dev.serai.flow;

import dev.serai.capability.Availability;
import dev.serai.capability.Capability;
import dev.serai.capability.SessionMode;
import dev.serai.http.UpstreamNetworks;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/** Which providers have routes: found by name, {@code direct:<provider>-call} and its siblings. */
public final class ProviderRoutes implements Availability {
    static final String CALL = "-call";
    static final String CALL_MANY = "-call-many";
    static final String OPEN = "-open-session";
    static final String CLOSE = "-close-session";
    static final String CANCEL = "-cancel-call";
    static final String CHECK = "-check-session";
    private static final String SCHEME = "direct://";
    private static final String FILE = "file:";

    private final CamelContext context;
    private final @Nullable Pattern allowed;
    private final Set<String> networks;
    private volatile Set<String> names = Set.of();
    private volatile CallableRoutes callable = CallableRoutes.of(Map.of(), null);
    private volatile long generation;
    private volatile boolean known;

    /**
     * None are looked for yet.
     *
     * @param allowed names of the routes that declarations may call; {@code null} is all of the operator's own
     * @param networks names that declarations may use for what lies between the gateway and their server
     */
    public ProviderRoutes(CamelContext context, @Nullable Pattern allowed, Set<String> networks) {
        this.context = context;
        this.allowed = allowed;
        this.networks = networks;
    }

    /** To be called whenever routes came or went. */
    public void refresh() {
        look();
        known = true;
    }

    private synchronized void look() {
        Set<String> found = new HashSet<>();
        Map<Path, Set<String>> byFile = new HashMap<>();
        for (Route route : context.getRoutes()) {
            String uri = route.getEndpoint().getEndpointUri();
            if (uri.startsWith(SCHEME) && ServiceHelper.isStarted(route.getConsumer())) {
                int options = uri.indexOf('?');
                String name = uri.substring(SCHEME.length(), options < 0 ? uri.length() : options);
                found.add(name);
                byFile.computeIfAbsent(file(route), unused -> new HashSet<>()).add(name);
            }
        }
        callable = CallableRoutes.of(byFile, allowed);
        if (!names.equals(found)) {
            names = Set.copyOf(found);
            generation = generation + 1;
        }
    }

    private static Path file(Route route) {
        Resource resource = route.getSourceResource();
        String location = resource == null ? "" : resource.getLocation();
        return Path.of(location.startsWith(FILE) ? location.substring(FILE.length()) : location);
    }

    boolean has(String provider, String suffix) {
        return has(provider + suffix);
    }

    /** Whether a route begins at this {@code direct:} name. */
    boolean has(String name) {
        if (!known) {
            // A user's timer can fire before the gateway has looked.
            look();
        }
        return names.contains(name);
    }

    @Override
    public @Nullable String reasonUnavailable(Capability capability) {
        String missing = missing(capability);
        return missing != null ? missing : callable.reason(capability);
    }

    /** Which of the provider's own routes, or what the operator lists, is missing; the routes that the declaration names are their caller's affair. */
    @Nullable
    String missing(Capability capability) {
        String provider = capability.provider();
        if (provider == null) {
            return "the declaration names no provider";
        }
        if (!has(provider, CALL)) {
            return "no route direct:" + provider + CALL + "; add one in routes/providers/";
        }
        if (capability.sessionMode() != SessionMode.NONE && !has(provider, OPEN)) {
            return "no route direct:" + provider + OPEN + ", which " + capability.sessionKey() + " needs";
        }
        return UpstreamNetworks.reasonUnavailable(capability, networks);
    }

    @Override
    public long generation() {
        return generation;
    }
}
