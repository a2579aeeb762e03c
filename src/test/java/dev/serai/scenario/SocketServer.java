package dev.serai.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.gateway.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.impl.WebSocketInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A WebSocket server of messages {@code {id, method, params}}, of whose methods some behave badly. */
final class SocketServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;
    private static final int HUGE = 3 * 1024 * 1024;
    /** Characters of a last word. */
    static final int LONG = 200 * 1024;

    private static final int FRAGMENT = 16 * 1024;

    private final Vertx vertx = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
    private final HttpServer server = vertx.createHttpServer(
            new HttpServerOptions().setHost("127.0.0.1").setPort(0).addWebSocketSubProtocol("talk"));
    private final Set<ServerWebSocket> open = ConcurrentHashMap.newKeySet();
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final List<String> handshakes = new CopyOnWriteArrayList<>();
    private final List<JsonNode> received = new CopyOnWriteArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger works = new AtomicInteger();
    private final AtomicInteger pings = new AtomicInteger();
    private final AtomicInteger names = new AtomicInteger();
    private volatile @Nullable String credential;

    private record Subscription(ServerWebSocket socket, String topic, long timer) {}

    private record Held(ServerWebSocket socket, JsonNode message) {}

    SocketServer() {
        server.connectionHandler(connections::add)
                .webSocketHandshakeHandler(this::asked)
                .webSocketHandler(this::opened);
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
        return "ws://127.0.0.1:" + server.actualPort() + "/talk";
    }

    int port() {
        return server.actualPort();
    }

    /** From now on what the header {@code Authorization} has to be. */
    void credential(@Nullable String wanted) {
        credential = wanted;
    }

    /** Path, query and credential of each, refused ones too. */
    List<String> handshakes() {
        return handshakes;
    }

    List<JsonNode> received() {
        return received;
    }

    int opened() {
        return opened.get();
    }

    /** With a close frame that says that all is well. */
    int closed() {
        return closed.get();
    }

    int works() {
        return works.get();
    }

    int pings() {
        return pings.get();
    }

    /** That have this topic, and that nobody has ended. */
    long subscriptions(String topic) {
        return subscriptions.values().stream()
                .filter(each -> each.topic().equals(topic))
                .count();
    }

    /** Closes all connections in the way of the protocol, and waits until their clients have seen it. */
    void lose() {
        List<ServerWebSocket> lost = List.copyOf(open);
        lost.forEach(socket -> await(socket.close((short) 1012)));
        Awaitility.await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(() -> lost.stream()
                .noneMatch(open::contains));
    }

    /** Cuts all connections. */
    void cut() {
        List.copyOf(connections).forEach(connection -> {
            var unused = connection.close();
        });
    }

    /** Reads nothing more of those that were opened with this in their URL, and says nothing. */
    void freeze(String name) {
        open.stream().filter(socket -> socket.uri().contains(name)).forEach(ServerWebSocket::pause);
    }

    private void asked(ServerWebSocketHandshake handshake) {
        String given = handshake.headers().get("Authorization");
        handshakes.add(handshake.uri() + " " + given);
        var unused = credential != null && !credential.equals(given) ? handshake.reject(401) : handshake.accept();
    }

    private void opened(ServerWebSocket socket) {
        opened.incrementAndGet();
        open.add(socket);
        socket.frameHandler(frame -> {
            if (frame.isPing()) {
                pings.incrementAndGet();
            }
        });
        socket.closeHandler(end -> {
            open.remove(socket);
            subscriptions.values().removeIf(each -> {
                boolean ended = each.socket() == socket;
                if (ended) {
                    vertx.cancelTimer(each.timer());
                }
                return ended;
            });
            Short code = socket.closeStatusCode();
            if (code != null && code == 1000) {
                closed.incrementAndGet();
            }
        });
        socket.textMessageHandler(text -> took(socket, TestGateway.tree(text)));
    }

    private void took(ServerWebSocket socket, JsonNode message) {
        received.add(message);
        JsonNode params = message.path("params");
        switch (message.path("method").asText()) {
            case "work" -> {
                works.incrementAndGet();
                say(socket, message, "worked");
            }
            case "echo" -> say(socket, message, params.isMissingNode() ? "nothing" : params);
            case "plain" ->
                socket.writeTextMessage(params.path("n").isMissingNode() ? "{}" : "{\"n\":" + params.get("n") + "}");
            case "fail" ->
                socket.writeTextMessage(
                        "{\"id\":" + message.get("id") + ",\"error\":{\"code\":7,\"message\":\"not today\"}}");
            case "hold" -> hold(socket, message, params.path("of").asInt());
            case "hostile" -> {
                socket.writeBinaryMessage(Buffer.buffer(new byte[] {(byte) 0xc3, 0x28, 0, 1, 2, (byte) 0xff}));
                socket.writeTextMessage("{\"id\":");
                socket.writeTextMessage("[".repeat(2_000));
                socket.writeTextMessage("{\"id\":\"nobody\",\"result\":\"stolen\"}");
                socket.writeTextMessage("{\"id\":{\"a\":1},\"result\":\"stolen\"}");
                say(socket, message, "survived");
            }
            case "huge" -> socket.writeTextMessage("{\"id\":\"x\",\"result\":\"" + "x".repeat(HUGE) + "\"}");
            case "cut" -> cut();
            case "last" -> last(socket, message, params.path("how").asText());
            case "push" -> {
                for (int i = 1; i <= params.path("n").asInt(); i++) {
                    int pad = params.path("pad").asInt();
                    say(socket, message.path("id"), "event", pad > 0 ? "x".repeat(pad) : i);
                }
                say(socket, message, "done");
                if (params.has("close")) {
                    socket.close();
                }
            }
            case "subscribe" -> subscribe(socket, message);
            case "unsubscribe" -> {
                Subscription ended = subscriptions.remove(params.path(0).asText());
                if (ended != null) {
                    vertx.cancelTimer(ended.timer());
                }
                say(socket, message, true);
            }
            default -> {
                // Nothing is said.
            }
        }
    }

    /** A long answer in one frame or in several; then the connection is closed at once, as the protocol says or not. */
    private void last(ServerWebSocket socket, JsonNode message, String how) {
        String text = "{\"id\":" + message.get("id") + ",\"result\":\"" + "x".repeat(LONG) + "\"}";
        int step = how.equals("fragments") ? FRAGMENT : text.length();
        io.vertx.core.Future<Void> said =
                socket.writeFrame(WebSocketFrame.textFrame(text.substring(0, step), step == text.length()));
        for (int from = step; from < text.length(); from += step) {
            int to = Math.min(from + step, text.length());
            said = socket.writeFrame(
                    WebSocketFrame.continuationFrame(Buffer.buffer(text.substring(from, to)), to == text.length()));
        }
        if (how.equals("cut")) {
            said.onComplete(sent -> {
                var unused =
                        ((WebSocketInternal) socket).channelHandlerContext().close();
            });
        } else {
            socket.close();
        }
    }

    /** All are answered at once, the last one first, when there are so many. */
    private void hold(ServerWebSocket socket, JsonNode message, int many) {
        held.add(0, new Held(socket, message));
        if (held.size() == many) {
            held.forEach(
                    each -> say(each.socket(), each.message(), each.message().at("/params/value")));
            held.clear();
        }
    }

    private void subscribe(ServerWebSocket socket, JsonNode message) {
        String name = "s" + names.incrementAndGet();
        say(socket, message, name);
        int[] count = {0};
        String topic = message.at("/params/topic").asText();
        long timer = vertx.setPeriodic(5, tick -> {
            ObjectNode push = JsonNodeFactory.instance.objectNode().put("method", "event");
            push.putObject("params")
                    .put("subscription", name)
                    .put("topic", topic)
                    .put("value", ++count[0]);
            socket.writeTextMessage(push.toString());
        });
        subscriptions.put(name, new Subscription(socket, topic, timer));
    }

    private static void say(ServerWebSocket socket, JsonNode message, Object result) {
        say(socket, message.path("id"), "result", result);
    }

    private static void say(ServerWebSocket socket, JsonNode id, String name, Object value) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set("id", id);
        if (value instanceof JsonNode tree) {
            answer.set(name, tree);
        } else {
            answer.putPOJO(name, value);
        }
        socket.writeTextMessage(answer.toString());
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
