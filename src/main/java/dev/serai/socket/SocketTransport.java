package dev.serai.socket;

import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalRequest;
import dev.serai.http.OpenedSocket;
import dev.serai.http.Transport;
import dev.serai.http.TransportHttp;
import dev.serai.http.TransportOrder;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.socket.SocketOrder.OnConnection;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Connections for messages both ways, each behind what looks like a server: what a request means there is said by its
 * {@link SocketOrder}. An id whose connection has ended is unknown (404).
 */
final class SocketTransport implements Transport {
    private static final int ID_BYTES = 24;

    private final TransportHttp http;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, Connection> connections = new ConcurrentHashMap<>();
    private volatile boolean closed;

    SocketTransport(TransportHttp http) {
        this.http = http;
    }

    @Override
    public CompletableFuture<LocalAnswer> send(UpstreamCall call, LocalRequest request) {
        TransportOrder order = call.takeOrder();
        if (order instanceof SocketOrder.Open open) {
            return open(call, request, open);
        }
        if (!(order instanceof OnConnection on)) {
            return CompletableFuture.failedFuture(new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE,
                    "the provider's routes do not speak over a WebSocket; expected http or https in "
                            + call.capability().provider() + "_server_url, and no transport ws"));
        }
        Connection connection = connections.get(on.id());
        if (connection == null) {
            return CompletableFuture.completedFuture(on instanceof SocketOrder.Close ? Line.DONE : Line.GONE);
        }
        String message = request.body().toString(StandardCharsets.UTF_8);
        if (on instanceof SocketOrder.Tell) {
            return connection.tell(message);
        } else if (on instanceof SocketOrder.Ask ask) {
            return connection.ask(message, ask.match());
        } else if (on instanceof SocketOrder.Follow follow) {
            return connection.follow(message, follow.what());
        } else if (on instanceof SocketOrder.Ping) {
            // The call must not end before it is known what to make of the silence.
            return connection.ping(
                    Math.max(1, TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos() - System.nanoTime()) / 2));
        }
        connections.remove(on.id());
        return connection.close(1000);
    }

    private CompletableFuture<LocalAnswer> open(UpstreamCall call, LocalRequest request, SocketOrder.Open order) {
        CompletableFuture<LocalAnswer> outcome = new CompletableFuture<>();
        CompletableFuture<OpenedSocket> opening =
                http.open(call, order.path(), request.headers(), order.protocols(), order.maxMessage());
        var unused = opening.whenComplete((opened, failure) -> {
            if (failure != null) {
                outcome.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
            } else if (opened.refusal() != null) {
                refused(call, opened.refusal(), outcome);
            } else if (opened.socket() != null) {
                opened(call, opened.socket(), opened.context(), order, outcome);
            }
        });
        var unusedOutcome = outcome.whenComplete((answer, failure) -> {
            if (outcome.isCancelled()) {
                opening.cancel(false);
            }
        });
        return outcome;
    }

    private void opened(
            UpstreamCall call,
            WebSocketBase socket,
            Context context,
            SocketOrder.Open order,
            CompletableFuture<LocalAnswer> outcome) {
        String id = newId();
        Connection connection =
                new Connection(http, TransportHttp.host(call), socket, context, order, () -> connections.remove(id));
        connections.put(id, connection);
        connection.begin();
        boolean taken = outcome.complete(new LocalAnswer(201, Map.of(), Buffer.buffer(id), null));
        if (!taken || closed) {
            connections.remove(id);
            var unused = connection.close(1001);
        }
    }

    /** A URL that is none of this kind says nothing about a session. */
    private static void refused(UpstreamCall call, LocalAnswer refusal, CompletableFuture<LocalAnswer> outcome) {
        int status = refusal.status();
        if (status < 300 || List.of(400, 404, 405, 426, 501).contains(status)) {
            outcome.completeExceptionally(new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    TransportHttp.host(call) + " answered " + status
                            + " to the handshake; expected the URL of a WebSocket, and subprotocols that it knows"));
        } else {
            outcome.complete(refusal);
        }
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(connections.values()).forEach(connection -> {
            var unused = connection.close(1001);
        });
    }

    /** How the gateway finds this package. */
    public static final class Factory implements Transport.Factory {
        @Override
        public String name() {
            return "ws";
        }

        @Override
        public Transport create(TransportHttp http) {
            return new SocketTransport(http);
        }
    }
}
