package dev.serai.entry;

import dev.serai.invocation.ErrorCode;
import dev.serai.loop.FlushPerPass;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The listening socket, served by all event loops; HTTP/1.1 only. */
final class IngressServer {
    private static final int SHARED_EPHEMERAL_PORT = -1;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long OPERATION_SECONDS = 10;

    private final HttpIngress ingress;
    private final TlsFiles.@Nullable Content tls;
    private final Vertx vertx;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Loop> loops = new CopyOnWriteArrayList<>();
    private volatile int port;

    private volatile @Nullable String deployment;

    private IngressServer(HttpIngress ingress) {
        this.ingress = ingress;
        this.tls = tls(ingress.options());
        this.vertx = ingress.loops().vertx();
    }

    private static TlsFiles.@Nullable Content tls(HttpServerOptions options) {
        try {
            return options.tls() == null ? null : options.tls().read();
        } catch (IOException e) {
            throw unusable(String.valueOf(e.getMessage()));
        }
    }

    private static IllegalStateException unusable(String why) {
        return new IllegalStateException("serai.http.tls.certificate or serai.http.tls.key: " + why
                + "; expected two PEM files that belong together");
    }

    /** @throws IllegalStateException where the address cannot be bound */
    static IngressServer listen(HttpIngress ingress) {
        int loops = ingress.loops().count();
        IngressServer server = new IngressServer(ingress);
        try {
            server.deployment = server.vertx
                    .deployVerticle(() -> server.new Loop(), new DeploymentOptions().setInstances(loops))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(OPERATION_SECONDS, TimeUnit.SECONDS);
            return server;
        } catch (ExecutionException | TimeoutException e) {
            server.close();
            HttpServerOptions options = ingress.options();
            if (options.tls() != null && !(e.getCause() instanceof BindException)) {
                throw unusable("cannot be used");
            }
            throw new IllegalStateException(
                    "cannot listen on " + options.host() + ":" + options.port()
                            + " (choose another with serai.http.port or serai.http.host)",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.close();
            throw new IllegalStateException("interrupted while starting to listen", e);
        }
    }

    int port() {
        return port;
    }

    int connections() {
        return connections.get();
    }

    /** Waits until no request is in progress, at most so long. */
    void awaitIdle(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        while (ingress.requestsInProgress() > 0
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    /** Answers what is in progress with {@code shutting_down}; waits until that is written, or a second. */
    void abandon() {
        if (ingress.requestsInProgress() > 0) {
            loops.forEach(loop -> loop.abandon());
            awaitIdle(Duration.ofSeconds(1));
        }
    }

    /** Ends the answers of events that stand for no work. */
    void endBackground() {
        loops.forEach(loop -> loop.endBackground());
    }

    void close() {
        String running = deployment;
        if (running == null) {
            return;
        }
        try {
            vertx.undeploy(running).toCompletionStage().toCompletableFuture().get(OPERATION_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the HTTP server did not stop", e);
        }
    }

    /** One event loop's share of the connections; every member is used on that loop only. */
    private final class Loop extends AbstractVerticle {
        private final ConnectionWatch watch = new ConnectionWatch(ingress.options());

        @Override
        public void start(Promise<Void> started) {
            HttpServerOptions options = ingress.options();
            loops.add(this);
            vertx.setPeriodic(watch.periodMillis(), timer -> watch.sweep());
            io.vertx.core.http.HttpServerOptions listener = new io.vertx.core.http.HttpServerOptions()
                    .setHost(options.host())
                    .setPort(options.port() == 0 ? SHARED_EPHEMERAL_PORT : options.port())
                    .setTcpNoDelay(true)
                    .setReuseAddress(true)
                    .setHttp2ClearTextEnabled(false)
                    .setCompressionSupported(false)
                    .setPerFrameWebSocketCompressionSupported(false)
                    .setPerMessageWebSocketCompressionSupported(false)
                    .setMaxHeaderSize(options.maxHeader())
                    .setMaxInitialLineLength(options.maxHeader())
                    .setMaxFormAttributeSize(0);
            if (tls != null) {
                listener.setSsl(true)
                        .setUseAlpn(false)
                        .setKeyCertOptions(tls.pem())
                        .setEnabledSecureTransportProtocols(TlsRenewal.PROTOCOLS);
            }
            HttpServer http = vertx.createHttpServer(listener);
            http.connectionHandler(connection -> {
                if (connections.incrementAndGet() > options.maxConnections()) {
                    connection.close();
                }
                if (connection instanceof ConnectionBase base) {
                    base.channel().pipeline().addBefore("handler", "pipeline-limit", new PipelineLimit());
                }
                FlushPerPass.on(connection);
                watch.opened(connection);
                connection.closeHandler(closed -> {
                    connections.decrementAndGet();
                    watch.closed(connection);
                });
            });
            http.requestHandler(request -> new InboundCall(ingress, watch, request).begin());
            http.invalidRequestHandler(this::refuse);
            http.exceptionHandler(broken -> {
                // The peer broke the connection off or never completed a head: nobody is left to tell.
            });
            http.listen()
                    .recover(failure -> Future.failedFuture(asBind(failure)))
                    .onSuccess(server -> {
                        port = server.actualPort();
                        if (tls != null && options.tls() != null) {
                            TlsRenewal.start(vertx, options.tls(), http, tls);
                        }
                    })
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        /** The native transport has an exception of its own for it. */
        private static Throwable asBind(Throwable failure) {
            return failure instanceof Errors.NativeIoException ? new BindException(failure.getMessage()) : failure;
        }

        void endBackground() {
            context.runOnContext(nothing -> watch.endBackground());
        }

        void abandon() {
            context.runOnContext(nothing -> watch.abandon());
        }

        private void refuse(HttpServerRequest request) {
            Throwable cause = request.decoderResult().cause();
            Reply reply = Reply.problem(ErrorCode.INVALID_ARGUMENTS, "The request is not valid HTTP/1.1.");
            if (cause instanceof TooLongHttpLineException) {
                reply = Reply.problem(
                        ErrorCode.INVALID_ARGUMENTS, 414, "URI too long", "The request line is too long.");
            } else if (cause instanceof TooLongHttpHeaderException) {
                reply = Reply.problem(
                        ErrorCode.INVALID_ARGUMENTS,
                        431,
                        "Request header fields too large",
                        "The request head is larger than " + ingress.options().maxHeader() + " bytes.");
            }
            ingress.refusals().note(ErrorCode.INVALID_ARGUMENTS);
            reply.with("Connection", "close").writeTo(request);
        }
    }
}
