package dev.serai.flow;

import dev.serai.capability.Capability;
import dev.serai.capability.CapabilityStore;
import dev.serai.capability.Catalog;
import dev.serai.http.LocalServers;
import dev.serai.http.ServerName;
import dev.serai.invocation.CapabilityException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The servers that the declarations in force name, each once; worked out once per load. */
public final class DeclaredServers implements Supplier<Set<String>> {
    private static final int MOST = 1_000;

    private final CapabilityStore store;
    private final ServerUrls servers;
    private volatile @Nullable Known known;

    private record Known(Catalog catalog, Set<String> names) {}

    public DeclaredServers(CapabilityStore store, ServerUrls servers) {
        this.store = store;
        this.servers = servers;
    }

    /** Hosts with ports, at most a thousand; those that are embedded are left out until they are called. */
    @Override
    public Set<String> get() {
        Catalog catalog = store.current();
        Known last = known;
        if (last == null || last.catalog != catalog) {
            last = new Known(catalog, names(catalog));
            known = last;
        }
        return last.names;
    }

    private Set<String> names(Catalog catalog) {
        Set<String> urls = new TreeSet<>();
        for (Capability capability : catalog.all()) {
            try {
                urls.addAll(ServerUrls.replicas(servers.declared(capability)));
            } catch (CapabilityException e) {
                // Told to whoever calls it.
            }
        }
        Set<String> names = new TreeSet<>();
        for (String url : urls) {
            if (names.size() < MOST && (url.startsWith("http") || url.startsWith("ws") || LocalServers.isLocal(url))) {
                names.add(ServerName.of(url));
            }
        }
        return names;
    }
}
