package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 to one server (RFC 9113), over TLS or in the clear with prior knowledge. All of its streams are on one event
 * loop. One that is {@code single} is one connection and ends with it; any other connects again when it is needed.
 */
public final class Http2Link implements AutoCloseable {
    private static final long REFUSED_STREAM = 7;
    private static final long CANCEL = 8;
    private static final int MAX_HEAD = 64 * 1024;
    /** Bytes on the way of all streams together: one that nobody reads must not hold up the others. */
    private static final int WINDOW = 16 * 1024 * 1024;

    private final UpstreamClient upstreams;
    private final Executor executor;
    private final Target target;
    private final UpstreamNetwork network;
    private final Context context;
    private final boolean single;
    private final HttpClient client;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    /** Of the loop; the only one of a single link. */
    private @Nullable HttpConnection connection;

    Http2Link(
            UpstreamClient upstreams,
            Executor executor,
            String url,
            UpstreamNetwork network,
            Duration connectTimeout,
            boolean single) {
        this.upstreams = upstreams;
        this.executor = executor;
        this.target = Target.of(url);
        this.network = network;
        this.context = upstreams.context(null);
        this.single = single;
        boolean byProxy = network.byProxy(target.host());
        if (byProxy && !target.tls()) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE,
                    target.host() + " would be reached by the proxy, which takes HTTP/2 inside TLS only;"
                            + " expected an https URL, or the host among those without a proxy");
        }
        int millis = (int) Math.min(Integer.MAX_VALUE, Math.max(1, connectTimeout.toMillis()));
        long idleSeconds =
                single ? 0 : Math.max(1, upstreams.limits().idleTimeout().toSeconds());
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setUseAlpn(true)
                .setInitialSettings(
                        new Http2Settings().setMaxHeaderListSize(MAX_HEAD).setPushEnabled(false))
                .setHttp2ConnectionWindowSize(WINDOW)
                .setHttp2KeepAliveTimeout((int) Math.min(Integer.MAX_VALUE, idleSeconds))
                .setConnectTimeout(millis)
                .setSslHandshakeTimeout(millis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpKeepAlive(single)
                .setTcpNoDelay(true)
                .setDecompressionSupported(false);
        network.apply(options, byProxy);
        this.client = upstreams
                .loops()
                .vertx()
                .httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp2MaxSize(1))
                .withConnectHandler(this::connected)
                .build();
    }

    /** Whether nothing more can be sent: a single link is lost, though it may serve what was sent, or it was closed. */
    public boolean isOver() {
        return ended.isDone();
    }

    /** Done once it is closed, by whichever side. Its dependents run on the loop. */
    public CompletableFuture<Void> closed() {
        return closed;
    }

    /**
     * Begins a request; never blocks. Cancelling what is returned gives it up.
     *
     * @param path below the path of the server's URL
     * @param headers all of them
     * @return completed on the loop; fails with a {@link CapabilityException}: nothing has been sent then
     */
    public CompletableFuture<HttpClientRequest> open(UpstreamCall call, String path, MultiMap headers) {
        CompletableFuture<HttpClientRequest> opened = new CompletableFuture<>();
        try {
            List<InetAddress> known = upstreams.known(network, target.host());
            if (known != null) {
                onLoop(() -> request(call, path, headers, known, 0, opened), opened);
            } else {
                executor.execute(() -> {
                    try {
                        List<InetAddress> found = upstreams.addresses().look(target.host());
                        onLoop(() -> request(call, path, headers, found, 0, opened), opened);
                    } catch (UnknownHostException e) {
                        opened.completeExceptionally(Unreachable.because(call, e));
                    }
                });
            }
        } catch (RejectedExecutionException e) {
            opened.completeExceptionally(stopping(e));
        }
        return opened;
    }

    /** Runs it on the link's loop; not at all once that has ended, and every stream with it. */
    public void onLoop(Runnable action) {
        onLoop(action, ended);
    }

    private void onLoop(Runnable action, CompletableFuture<?> waiting) {
        try {
            context.runOnContext(now -> action.run());
        } catch (RejectedExecutionException e) {
            waiting.completeExceptionally(stopping(e));
        }
    }

    private static CapabilityException stopping(Throwable cause) {
        return new CapabilityException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down", cause);
    }

    private void request(
            UpstreamCall call,
            String path,
            MultiMap headers,
            List<InetAddress> addresses,
            int index,
            CompletableFuture<HttpClientRequest> opened) {
        if (opened.isDone()) {
            return;
        }
        if (ended.isDone()) {
            opened.completeExceptionally(lost(call, new IOException("the connection has ended")));
            return;
        }
        InetAddress address = addresses.get(index);
        RequestOptions options = new RequestOptions()
                .setServer(upstreams.server(network, target, address))
                .setMethod(HttpMethod.POST)
                .setConnectTimeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos() - System.nanoTime())))
                .setHost(target.written())
                .setPort(target.port())
                .setSsl(target.tls())
                .setURI(Targets.join(target.path(), path))
                .setHeaders(headers);
        client.request(options).onComplete(asked -> {
            if (asked.succeeded()) {
                if (index > 0) {
                    upstreams.addresses().prefer(target.host(), address, addresses);
                }
                take(call, asked.result(), opened);
            } else if (index + 1 < addresses.size() && isRefused(asked.cause())) {
                request(call, path, headers, addresses, index + 1, opened);
            } else {
                opened.completeExceptionally(Unreachable.because(call, asked.cause()));
            }
        });
    }

    private static boolean isRefused(Throwable failure) {
        return failure instanceof ConnectException || failure instanceof NoRouteToHostException;
    }

    private void take(UpstreamCall call, HttpClientRequest request, CompletableFuture<HttpClientRequest> opened) {
        if (request.version() != HttpVersion.HTTP_2) {
            var unused = request.connection().close();
            opened.completeExceptionally(new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    Unreachable.host(call.serverUrl()) + " does not speak HTTP/2; expected it by ALPN"));
        } else if (single && request.connection() != connection) {
            var unused = request.connection().close();
            opened.completeExceptionally(lost(call, new IOException("the connection has ended")));
        } else if (!opened.complete(request)) {
            request.exceptionHandler(nobody -> {}).reset(CANCEL);
        }
    }

    private void connected(HttpConnection made) {
        if (!single || connection != null) {
            return;
        }
        connection = made;
        made.goAwayHandler(said -> ended.complete(null));
        made.closeHandler(gone -> close());
    }

    /**
     * Why a stream broke off.
     *
     * @param request its request, sent or not
     * @param begun whether its answer had begun: then the server has it, whatever it says now
     * @param why as the client says it
     */
    public static CapabilityException failure(
            UpstreamCall call, HttpClientRequest request, boolean begun, Throwable why) {
        boolean unsent = why instanceof StreamResetException reset
                ? reset.getCode() == REFUSED_STREAM
                : why instanceof HttpClosedException closed
                        && closed.goAway() != null
                        && closed.goAway().getLastStreamId() < request.streamId();
        return unsent && !begun ? lost(call, why) : Unreachable.because(call, why);
    }

    private static CapabilityException lost(UpstreamCall call, Throwable why) {
        return new UpstreamUnreachableException(
                Unreachable.host(call.serverUrl()) + " ended the connection before it took the request", true, why);
    }

    /** Cuts what is under way and closes the connection; may be called from anywhere. */
    @Override
    public void close() {
        try {
            context.runOnContext(now -> {
                ended.complete(null);
                var unused = client.close();
                closed.complete(null);
            });
        } catch (RejectedExecutionException e) {
            // The loop has ended, and its connections with it.
            ended.complete(null);
            closed.complete(null);
        }
    }
}
