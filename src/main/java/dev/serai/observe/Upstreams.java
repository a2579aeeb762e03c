package dev.serai.observe;

import dev.serai.http.ServerName;
import dev.serai.http.UpstreamObserver;
import dev.serai.invocation.ErrorCode;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The servers that were asked, up to a thousand; further ones share the name {@value CallMetrics#OTHER}. */
public final class Upstreams implements UpstreamObserver {
    private static final int MOST = 1_000;

    private final Metrics metrics;
    private final ConcurrentMap<String, Upstream> byUrl = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Upstream> byName = new ConcurrentHashMap<>();

    public Upstreams(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void answered(String serverUrl, int status) {
        of(serverUrl).answered(status, System.nanoTime());
    }

    @Override
    public void failed(String serverUrl, ErrorCode code) {
        of(serverUrl).failed(code, System.nanoTime());
    }

    @Override
    public void understood(String serverUrl) {
        of(serverUrl).understood(System.nanoTime());
    }

    @Override
    public void hurried(String serverUrl) {
        of(serverUrl).hurried();
    }

    Collection<Upstream> all() {
        return byName.values();
    }

    @Nullable
    Upstream find(String server) {
        return byName.get(server);
    }

    private Upstream of(String url) {
        Upstream known = byUrl.get(url);
        if (known != null && !known.isDropped()) {
            return known;
        }
        Upstream found = named(byName.size() < MOST ? ServerName.of(url) : CallMetrics.OTHER);
        if (byUrl.size() < MOST) {
            byUrl.put(url, found);
        }
        return found;
    }

    private Upstream named(String server) {
        return byName.computeIfAbsent(server, name -> new Upstream(metrics.registry(), name));
    }

    /** Forgets the servers that are not among these, so that others can have their places. */
    void retain(Set<String> names) {
        for (String name : byName.keySet()) {
            if (!names.contains(name) && !name.equals(CallMetrics.OTHER)) {
                // Within the map's own step: a server of this name that comes back counts anew.
                byName.computeIfPresent(name, (gone, upstream) -> {
                    upstream.drop();
                    return null;
                });
            }
        }
        byUrl.clear();
    }
}
