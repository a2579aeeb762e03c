package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import io.vertx.core.MultiMap;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A request that is to be begun. */
final class Http2Opening {
    private final UpstreamCall call;
    private final String path;
    private final MultiMap headers;
    private final List<InetAddress> addresses;
    private final CompletableFuture<HttpClientRequest> opened;

    /**
     * One of a call.
     *
     * @param path below the path of the server's URL
     * @param addresses of the server, in the order in which they are worth a try
     * @param opened done once it can be sent, or given up
     */
    Http2Opening(
            UpstreamCall call,
            String path,
            MultiMap headers,
            List<InetAddress> addresses,
            CompletableFuture<HttpClientRequest> opened) {
        this.call = call;
        this.path = path;
        this.headers = headers;
        this.addresses = addresses;
        this.opened = opened;
    }

    UpstreamCall call() {
        return call;
    }

    List<InetAddress> addresses() {
        return addresses;
    }

    CompletableFuture<HttpClientRequest> opened() {
        return opened;
    }

    RequestOptions options(Target target, SocketAddress server) {
        return new RequestOptions()
                .setServer(server)
                .setMethod(HttpMethod.POST)
                .setConnectTimeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos() - System.nanoTime())))
                .setHost(target.written())
                .setPort(target.port())
                .setSsl(target.tls())
                .setURI(Targets.join(target.path(), path))
                .setHeaders(headers);
    }

    /** It cannot be had: nothing of it has been sent. */
    void fail(Throwable why) {
        opened.completeExceptionally(why instanceof CapabilityException ? why : told(why));
    }

    private CapabilityException told(Throwable why) {
        return why instanceof VertxException
                ? new UpstreamUnreachableException(
                        Unreachable.host(call.serverUrl())
                                + " took the connection, and closed it or kept silent where HTTP/2 begins",
                        true,
                        why)
                : Unreachable.because(call, why);
    }
}
