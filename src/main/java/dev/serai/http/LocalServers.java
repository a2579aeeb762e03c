package dev.serai.http;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Servers that an operator lists as commands: each is a process of this machine, and answers what a server at a URL
 * would. Declarations name one as {@code stdio:<name>}.
 */
public interface LocalServers extends AutoCloseable {
    /** What the URL of such a server begins with. */
    String SCHEME = "stdio:";

    static boolean isLocal(String url) {
        return url.startsWith(SCHEME);
    }

    /** Those that there are. */
    Set<String> names();

    /**
     * Sends one request; never blocks. Cancelling what is returned gives it up.
     *
     * @return fails with a {@link dev.serai.invocation.CapabilityException} that may be told to the caller, or with an
     *     {@link java.io.IOException} where the process ended after it had been given the request
     */
    CompletableFuture<LocalAnswer> send(LocalRequest request);

    /** Ends every process, with what it started, within the stop timeout and a second. */
    @Override
    void close();

    /** Makes them; found by {@link java.util.ServiceLoader}. */
    interface Factory {
        /**
         * The servers of one gateway.
         *
         * @param executor runs what may block: starting and ending processes
         * @param unasked told of what servers say by themselves
         */
        LocalServers create(LocalSettings settings, Executor executor, Unasked unasked);
    }
}
