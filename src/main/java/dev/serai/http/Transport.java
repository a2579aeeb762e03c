package dev.serai.http;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A way to carry a provider's messages on which an answer does not come with its request. It answers as a server would
 * that is spoken to in the usual way. Declarations name one with {@code <p>_transport}.
 */
public interface Transport extends AutoCloseable {
    /**
     * Sends one request; never blocks. Cancelling what is returned gives it up.
     *
     * @return fails with a {@link dev.serai.invocation.CapabilityException} that may be told to the caller, or with an
     *     {@link java.io.IOException} where the way back ended after the server may have been given the request
     */
    CompletableFuture<LocalAnswer> send(UpstreamCall call, LocalRequest request);

    /** Closes all connections that it holds. */
    @Override
    void close();

    /** Makes one; found by {@link java.util.ServiceLoader}. */
    interface Factory {
        /** As declarations name it. */
        String name();

        /** The provider whose calls all go this way, unasked; {@code null} where declarations have to name it. */
        default @Nullable String provider() {
            return null;
        }

        /**
         * One for a gateway.
         *
         * @param http how it reaches servers
         */
        Transport create(TransportHttp http);
    }
}
