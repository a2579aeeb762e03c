package dev.serai.gateway;

import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalRequest;
import dev.serai.http.LocalServer;
import dev.serai.http.LocalServers;
import dev.serai.http.LocalSettings;
import dev.serai.http.Unasked;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The listed servers of a gateway, whose classes are loaded when one is first called. */
final class ListedServers implements LocalServers {
    private final LocalSettings settings;
    private final Executor executor;
    private final Unasked unasked;
    private @Nullable LocalServers servers;
    private boolean closed;

    ListedServers(LocalSettings settings, Executor executor, Unasked unasked) {
        this.settings = settings;
        this.executor = executor;
        this.unasked = unasked;
    }

    @Override
    public Set<String> names() {
        return settings.servers().stream().map(LocalServer::name).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public CompletableFuture<LocalAnswer> send(LocalRequest request) {
        LocalServers running = running();
        return running == null
                ? CompletableFuture.failedFuture(
                        new CapabilityException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down"))
                : running.send(request);
    }

    private synchronized @Nullable LocalServers running() {
        if (servers == null && !closed) {
            Factory factory = ServiceLoader.load(Factory.class).iterator().next();
            servers = factory.create(settings, executor, unasked);
        }
        return servers;
    }

    @Override
    public void close() {
        LocalServers running;
        synchronized (this) {
            closed = true;
            running = servers;
        }
        if (running != null) {
            running.close();
        }
    }
}
