package dev.serai.importing;

import java.time.Duration;

/** A server that is asked, once or again and again. */
public interface ImportConnection extends AutoCloseable {
    /** All it offers now; fails as {@link Importer#open} does. */
    ImportedServer fetch();

    /**
     * Waits until the server says that it offers something else.
     *
     * @param otherwise how long to wait where the server never says so
     */
    void awaitChange(Duration otherwise) throws InterruptedException;

    /** Takes leave of the server. */
    @Override
    void close();
}
