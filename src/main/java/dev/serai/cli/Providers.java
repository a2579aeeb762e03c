package dev.serai.cli;

import dev.serai.capability.Capability;
import dev.serai.flow.CallableRoutes;
import dev.serai.gateway.EmbeddedServer;
import dev.serai.http.LocalServers;
import dev.serai.http.UpstreamNetworks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The providers that have a route, found in the route files. */
final class Providers {
    private static final String BEFORE = "direct:";
    private static final String AFTER = "-call";
    private static final String WAY_OUT = "direct:call-upstream";
    private static final String EMBEDDED = "embedded:";
    private static final String MANY = "-call-many";

    private final Set<String> names = new HashSet<>();
    /** Those whose file sends to the declared server. */
    private final Set<String> toServers = new HashSet<>();

    private final Map<Path, Set<String>> routes = new HashMap<>();
    private @Nullable CallableRoutes callable;

    private final Listed listed;

    /** What the settings list, read when a declaration names one. */
    interface Listed {
        /** The servers that are commands. */
        Set<String> servers();

        /** The ways to servers. */
        Set<String> networks();
    }

    private Providers(Listed listed) {
        this.listed = listed;
    }

    static Providers below(List<Path> roots, Listed listed) {
        Providers providers = new Providers(listed);
        try {
            for (Path path : RouteFile.below(roots)) {
                RouteFile file = read(path);
                if (file != null) {
                    providers.add(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return providers;
    }

    /** A file that cannot be read has no routes: {@code check} says what is wrong with it. */
    private static @Nullable RouteFile read(Path path) throws IOException {
        try {
            return RouteFile.read(path);
        } catch (YamlEngineException e) {
            return null;
        }
    }

    static Providers of(Collection<RouteFile> files, Listed listed) {
        Providers providers = new Providers(listed);
        files.forEach(providers::add);
        return providers;
    }

    private void add(RouteFile file) {
        for (String uri : file.consumed().keySet()) {
            String name = uri.split("\\?", 2)[0];
            if (name.startsWith(BEFORE)) {
                routes.computeIfAbsent(file.path(), unused -> new HashSet<>()).add(name.substring(BEFORE.length()));
            }
            if (name.startsWith(BEFORE) && name.endsWith(AFTER)) {
                String provider = name.substring(BEFORE.length(), name.length() - AFTER.length());
                names.add(provider);
                if (file.called().containsKey(WAY_OUT)) {
                    toServers.add(provider);
                }
            }
        }
    }

    /** Why the capability cannot be called, or {@code null}. */
    @Nullable
    String unavailable(Capability capability) {
        String provider = capability.provider();
        if (provider == null) {
            return "names no provider";
        }
        if (!names.contains(provider)) {
            return "no route " + BEFORE + provider + AFTER;
        }
        if (callable == null) {
            callable = CallableRoutes.of(routes, null);
        }
        String reason = callable.reason(capability);
        if (reason == null && toServers.contains(provider)) {
            reason = withoutServer(capability);
        }
        return reason != null || UpstreamNetworks.declared(capability) == null
                ? reason
                : UpstreamNetworks.reasonUnavailable(capability, listed.networks());
    }

    /** Whether calls are to go together of a provider that has no route for that. */
    boolean batchesInVain(Capability capability) {
        Set<String> keys = capability.metadata().keySet();
        return (keys.contains("policy_batch_window") || keys.contains("policy_batch_size"))
                && routes.values().stream().noneMatch(names -> names.contains(capability.provider() + MANY));
    }

    /** The variable that overrides the URL may be set where the gateway runs. */
    private @Nullable String withoutServer(Capability capability) {
        String url = capability.providerSetting("server_url");
        if (url == null || url.isBlank()) {
            return capability.providerSetting("server_url_override_env") == null
                    ? "no server: declare " + capability.provider() + "_server_url"
                    : null;
        }
        if (LocalServers.isLocal(url)) {
            String command = url.substring(LocalServers.SCHEME.length());
            Set<String> names = listed.servers();
            return names.contains(command)
                    ? null
                    : "no serai.stdio." + command + ".command is configured, "
                            + (names.isEmpty() ? "nor any other" : "there are " + names);
        }
        String name = url.startsWith(EMBEDDED) ? url.substring(EMBEDDED.length()) : null;
        return name == null || EmbeddedServer.names().contains(name)
                ? null
                : "no embedded server is named " + name + ", there are " + EmbeddedServer.names();
    }
}
