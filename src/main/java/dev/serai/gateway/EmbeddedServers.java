package dev.serai.gateway;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The in-process servers that declarations name as {@code embedded:<name>}; found and started on first use. */
final class EmbeddedServers implements AutoCloseable {
    private final Map<String, URI> addresses = new HashMap<>();
    private @Nullable Map<String, EmbeddedServer> servers;

    /** The address of the server with this name, started if need be; {@code null} where there is none. */
    synchronized @Nullable URI start(String name) {
        URI known = addresses.get(name);
        if (known != null) {
            return known;
        }
        EmbeddedServer server = servers().get(name);
        if (server == null) {
            return null;
        }
        URI address = server.start();
        addresses.put(name, address);
        return address;
    }

    private Map<String, EmbeddedServer> servers() {
        Map<String, EmbeddedServer> found = servers;
        if (found == null) {
            found = new HashMap<>();
            for (EmbeddedServer server : ServiceLoader.load(EmbeddedServer.class)) {
                found.put(server.name(), server);
            }
            servers = found;
        }
        return found;
    }

    @Override
    public synchronized void close() {
        if (servers != null) {
            servers.values().forEach(EmbeddedServer::close);
        }
        addresses.clear();
    }
}
