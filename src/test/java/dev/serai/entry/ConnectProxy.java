package dev.serai.entry;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that makes tunnels (RFC 9110, 9.3.6), whatever the host is called, to one port of this machine. */
final class ConnectProxy implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";

    private final Vertx vertx = Vertx.vertx();
    private final NetClient client = vertx.createNetClient();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final int target;
    private final int port;

    ConnectProxy(int target) {
        this.target = target;
        this.port = vertx.createHttpServer()
                .requestHandler(this::serve)
                .listen(0, LOOPBACK)
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private void serve(HttpServerRequest request) {
        asked.add(request.method() + " " + request.uri());
        if (!request.method().equals(HttpMethod.CONNECT)) {
            request.response().setStatusCode(405).end();
            return;
        }
        client.connect(target, LOOPBACK).onSuccess(to -> request.toNetSocket().onSuccess(from -> {
            pipe(from, to);
            pipe(to, from);
        }));
    }

    private static void pipe(NetSocket from, NetSocket to) {
        from.handler(to::write);
        from.closeHandler(closed -> to.close());
    }

    String url() {
        return "http://" + LOOPBACK + ":" + port;
    }

    /** The first lines of all requests, without the version. */
    List<String> asked() {
        return asked;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
