package dev.serai.sample;

import dev.serai.gateway.EmbeddedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A real MCP server on loopback: session-era Streamable HTTP, on one event loop. It validates strictly, counts what
 * reaches it, and misbehaves where a dial says so. After {@link #close()} it may be started again: it keeps its port
 * and forgets its sessions.
 */
public final class SampleMcpServer implements EmbeddedServer {
    private static final String HOST = "127.0.0.1";
    private static final long PATIENCE_MILLIS = 10_000;

    private final Dials dials = new Dials();
    private final Counters counters = new Counters();
    private final SessionTable sessions = new SessionTable();
    private final RequestLog log = new RequestLog();
    private @Nullable Vertx vertx;
    private int port;

    @Override
    public String name() {
        return "sample";
    }

    /** Starts on a free port, or on the port it had. */
    @Override
    public synchronized URI start() {
        if (vertx == null) {
            Vertx started = Vertx.vertx(options());
            try {
                port = await(listen(started), PATIENCE_MILLIS).actualPort();
            } catch (IllegalStateException e) {
                started.close();
                throw e;
            }
            vertx = started;
        }
        return uri();
    }

    /** Where it listens, or did. */
    public synchronized URI uri() {
        if (port == 0) {
            throw new IllegalStateException("the sample server was never started: call start() first");
        }
        return URI.create("http://" + HOST + ":" + port + HttpGate.PATH);
    }

    @Override
    public synchronized void close() {
        Vertx running = vertx;
        vertx = null;
        if (running != null) {
            sessions.endAll();
            await(running.close(), PATIENCE_MILLIS);
        }
    }

    /** What it does wrong. */
    public Dials dials() {
        return dials;
    }

    /** What reached it. */
    public Counters counters() {
        return counters;
    }

    /** The last 256 requests, oldest first. */
    public List<RecordedRequest> requests() {
        return log.requests();
    }

    public long openSessions() {
        return sessions.size();
    }

    /**
     * Forgets all sessions. Their open calls lose their connection when they would be answered. It happens on the
     * event loop, between two requests: a call that is answered at once is answered whole.
     */
    public synchronized void expireAllSessions() {
        if (vertx == null) {
            sessions.endAll();
        } else {
            Promise<Void> done = Promise.promise();
            vertx.getOrCreateContext().runOnContext(nothing -> {
                sessions.endAll();
                done.complete();
            });
            await(done.future(), PATIENCE_MILLIS);
        }
    }

    private Future<HttpServer> listen(Vertx started) {
        Deferral deferral = new Deferral(started);
        CallHandler calls = new CallHandler(dials, counters, new SampleTools(dials, counters), deferral);
        RpcEndpoint endpoint = new RpcEndpoint(dials, counters, sessions, calls, deferral);
        return started.createHttpServer(new HttpServerOptions().setHost(HOST).setPort(port))
                .connectionHandler(connection -> {
                    if (connection instanceof ConnectionBase base) {
                        counters.connections.increment();
                        base.channel().closeFuture().addListener(closed -> counters.connections.decrement());
                    }
                })
                .requestHandler(new HttpGate(dials, counters, log, endpoint))
                .listen();
    }

    private static VertxOptions options() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
    }

    private static <T> T await(Future<T> future, long millis) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the sample server started or stopped", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the sample server did not start or stop", e);
        }
    }
}
