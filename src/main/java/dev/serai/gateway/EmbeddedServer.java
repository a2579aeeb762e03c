package dev.serai.gateway;

import java.net.URI;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/** A server that lives in this process and starts when it is first needed; found by {@link java.util.ServiceLoader}. */
public interface EmbeddedServer extends AutoCloseable {
    /** The names of those that are there. */
    static Set<String> names() {
        return ServiceLoader.load(EmbeddedServer.class).stream()
                .map(found -> found.get().name())
                .collect(Collectors.toSet());
    }

    /** The name after {@code embedded:} in a declaration. */
    String name();

    /** Starts the server on the first call; every call answers the address that capabilities use as server URL. */
    URI start();

    /** Stops it within two seconds; does nothing where it is not running. */
    @Override
    void close();
}
