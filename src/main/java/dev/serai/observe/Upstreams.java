package dev.serai.observe;

import dev.serai.http.ServerName;
import dev.serai.http.UpstreamObserver;
import dev.serai.invocation.ErrorCode;
import java.util.Collection;
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

    Collection<Upstream> all() {
        return byName.values();
    }

    @Nullable
    Upstream find(String server) {
        return byName.get(server);
    }

    private Upstream of(String url) {
        Upstream known = byUrl.get(url);
        if (known != null) {
            return known;
        }
        Upstream found = named(byName.size() < MOST ? ServerName.of(url) : CallMetrics.OTHER);
        if (byUrl.size() < MOST) {
            byUrl.put(url, found);
        }
        return found;
    }

    private Upstream named(String server) {
        return byName.computeIfAbsent(server, name -> {
            Upstream made = new Upstream(metrics.registry(), name);
            metrics.gauge(
                    "serai.upstream.failing",
                    "1 while a server fails",
                    () -> made.trouble() == null ? 0 : 1,
                    "server",
                    name);
            return made;
        });
    }
}
