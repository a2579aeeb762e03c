package dev.serai.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions of GraphQL, by server-sent events (distinct connections mode) and over a WebSocket (graphql-transport-ws). An
 * operation counts to its variable {@code to}, or for ever without it; one named {@code boom} fails, {@code half} does after one
 * result. Over the WebSocket there is a mutation, too. By events, {@code bare} ends with a {@code complete} without data, {@code unended} without any.
 */
final class SubscriptionServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final Vertx vertx = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
    private final HttpServer server = vertx.createHttpServer(
            new HttpServerOptions().setHost("127.0.0.1").setPort(0).addWebSocketSubProtocol("graphql-transport-ws"));
    private final List<JsonNode> inits = new CopyOnWriteArrayList<>();
    private final Set<ServerWebSocket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger pongs = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger works = new AtomicInteger();
    private final AtomicInteger closing = new AtomicInteger();
    private volatile @Nullable String token;

    SubscriptionServer() {
        server.requestHandler(
                request -> request.bodyHandler(body -> asked(request, TestGateway.tree(body.toString()))));
        server.webSocketHandler(this::opened);
        await(server.listen());
    }

    private static void await(io.vertx.core.Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort() + "/graphql";
    }

    /** From now on what {@code connection_init} has to bring. */
    void token(@Nullable String wanted) {
        token = wanted;
    }

    /** Does the next mutation, and closes its connection with this code instead of an answer. */
    void closeAfterNext(int code) {
        closing.set(code);
    }

    /** Mutations that were done. */
    int works() {
        return works.get();
    }

    List<JsonNode> inits() {
        return inits;
    }

    int opened() {
        return opened.get();
    }

    int pongs() {
        return pongs.get();
    }

    /** Operations that go on. */
    int running() {
        return running.get();
    }

    int started() {
        return started.get();
    }

    /** Closes all connections, and waits until their clients have seen it. */
    void lose() {
        List.copyOf(open).forEach(socket -> await(socket.close((short) 1012)));
        Awaitility.await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(open::isEmpty);
    }

    /** Counts, and says so, until it is stopped. */
    private Runnable count(JsonNode operation, Consumer<String> next, Runnable complete) {
        JsonNode to = operation.at("/variables/to");
        started.incrementAndGet();
        running.incrementAndGet();
        int[] count = {0};
        boolean[] over = {false};
        long timer = vertx.setPeriodic(5, tick -> {
            boolean half = operation.path("query").asText().contains("half") && count[0] == 1;
            count[0]++;
            next.accept(
                    half
                            ? "{\"data\":null,\"errors\":[{\"message\":\"half\"}]}"
                            : "{\"data\":{\"count\":" + count[0] + "}}");
            if (to.isInt() && count[0] >= to.asInt()) {
                vertx.cancelTimer(tick);
                over[0] = true;
                running.decrementAndGet();
                complete.run();
            }
        });
        return () -> {
            if (!over[0]) {
                over[0] = true;
                vertx.cancelTimer(timer);
                running.decrementAndGet();
            }
        };
    }

    private void asked(HttpServerRequest request, JsonNode operation) {
        HttpServerResponse response = request.response();
        if (!"text/event-stream".equals(request.getHeader("Accept"))
                || operation.path("query").asText().contains("boom")) {
            response.putHeader("Content-Type", "application/json")
                    .setStatusCode(400)
                    .end("{\"errors\":[{\"message\":\"boom\"}]}");
            return;
        }
        response.putHeader("Content-Type", "text/event-stream").setChunked(true);
        response.write(":\n\n");
        String query = operation.path("query").asText();
        String complete =
                query.contains("unended") ? "" : "event: complete\n" + (query.contains("bare") ? "\n" : "data:\n\n");
        Runnable stop = count(
                operation, next -> response.write("event: next\ndata: " + next + "\n\n"), () -> response.end(complete));
        response.closeHandler(closed -> stop.run());
    }

    private void opened(ServerWebSocket socket) {
        opened.incrementAndGet();
        Map<String, Runnable> operations = new ConcurrentHashMap<>();
        open.add(socket);
        socket.closeHandler(closed -> {
            open.remove(socket);
            operations.values().forEach(Runnable::run);
        });
        socket.textMessageHandler(text -> took(socket, operations, TestGateway.tree(text)));
    }

    private void took(ServerWebSocket socket, Map<String, Runnable> operations, JsonNode message) {
        String id = message.path("id").asText();
        switch (message.path("type").asText()) {
            case "connection_init" -> {
                inits.add(message.path("payload"));
                if (token != null && !token.equals(message.at("/payload/token").asText())) {
                    socket.close((short) 4403, "Forbidden");
                    return;
                }
                socket.writeTextMessage("{\"type\":\"connection_ack\"}");
                socket.writeTextMessage("{\"type\":\"ping\"}");
            }
            case "pong" -> pongs.incrementAndGet();
            case "subscribe" -> {
                if (message.at("/payload/query").asText().contains("boom")) {
                    socket.writeTextMessage(
                            "{\"id\":\"" + id + "\",\"type\":\"error\",\"payload\":[{\"message\":\"boom\"}]}");
                    return;
                }
                if (message.at("/payload/query").asText().startsWith("mutation")) {
                    work(socket, id);
                    return;
                }
                operations.put(
                        id,
                        count(
                                message.path("payload"),
                                next -> socket.writeTextMessage(
                                        "{\"id\":\"" + id + "\",\"type\":\"next\",\"payload\":" + next + "}"),
                                () -> socket.writeTextMessage("{\"id\":\"" + id + "\",\"type\":\"complete\"}")));
            }
            case "complete" -> {
                Runnable stop = operations.remove(id);
                if (stop != null) {
                    stop.run();
                }
            }
            default -> socket.close((short) 4400, "unknown");
        }
    }

    private void work(ServerWebSocket socket, String id) {
        int done = works.incrementAndGet();
        int code = closing.getAndSet(0);
        if (code != 0) {
            socket.close((short) code, "no more");
            return;
        }
        socket.writeTextMessage(
                "{\"id\":\"" + id + "\",\"type\":\"next\",\"payload\":{\"data\":{\"done\":" + done + "}}}");
        socket.writeTextMessage("{\"id\":\"" + id + "\",\"type\":\"complete\"}");
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
