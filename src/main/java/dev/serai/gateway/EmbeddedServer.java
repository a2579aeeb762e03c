package dev.serai.gateway;

import java.net.URI;

/** A server that lives in this process and starts when it is first needed. */
public interface EmbeddedServer extends AutoCloseable {
    /** Starts the server on the first call; every call answers the address that capabilities use as server URL. */
    URI start();

    /** Stops it within two seconds; does nothing where it is not running. */
    @Override
    void close();
}
