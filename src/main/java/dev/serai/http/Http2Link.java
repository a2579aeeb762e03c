package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * HTTP/2 to one server (RFC 9113), over TLS or in the clear with prior knowledge. All of its streams are on one event
 * loop. One that is {@code single} is one connection and ends with it; any other connects again when it is needed. A server
 * that has gone without a word is noticed, see {@link Pulse}.
 */
public final class Http2Link implements AutoCloseable {
    private static final long REFUSED_STREAM = 7;

    private final UpstreamClient upstreams;
    private final Executor executor;
    private final Target target;
    private final UpstreamNetwork network;
    private final Context context;
    private final Http2Entrance entrance;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

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
        this.entrance = new Http2Entrance(
                upstreams, target, network, connectTimeout, ended, single ? this::close : null, this::onLoop);
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
                onLoop(() -> entrance.enter(new Http2Opening(call, path, headers, known, opened)), opened);
            } else {
                executor.execute(() -> {
                    try {
                        List<InetAddress> found = upstreams.addresses().look(target.host());
                        onLoop(() -> entrance.enter(new Http2Opening(call, path, headers, found, opened)), opened);
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

    /**
     * Why a stream broke off.
     *
     * @param request its request, sent or not
     * @param begun whether its answer had begun: then the server has it, whatever it says now
     * @param why as the client says it
     */
    public static CapabilityException failure(
            UpstreamCall call, HttpClientRequest request, boolean begun, Throwable why) {
        if (Pulse.hasStopped(request.connection())) {
            return new UpstreamUnreachableException(
                    Unreachable.host(call.serverUrl()) + " stopped answering: nothing came, not even for a PING",
                    false,
                    why);
        }
        boolean unsent = why instanceof StreamResetException reset
                ? reset.getCode() == REFUSED_STREAM
                : why instanceof HttpClosedException closed
                        && closed.goAway() != null
                        && closed.goAway().getLastStreamId() < request.streamId();
        return unsent && !begun ? lost(call, why) : Unreachable.because(call, why);
    }

    static CapabilityException lost(UpstreamCall call, Throwable why) {
        return new UpstreamUnreachableException(
                Unreachable.host(call.serverUrl()) + " ended the connection before it took the request", true, why);
    }

    /** Cuts what is under way and closes the connection; may be called from anywhere. */
    @Override
    public void close() {
        try {
            context.runOnContext(now -> {
                ended.complete(null);
                entrance.close();
                closed.complete(null);
            });
        } catch (RejectedExecutionException e) {
            // The loop has ended, and its connections with it.
            ended.complete(null);
            closed.complete(null);
        }
    }
}
