package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where requests come onto the connection of a link, which is made for the first of them: what that finds out goes for all
 * who wait. Every member is used on the link's loop.
 */
final class Http2Entrance {
    private static final long CANCEL = 8;
    private static final long NONE = -1;
    /** A server may be busy, however short the time is that it has for a handshake. */
    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

    private final UpstreamClient upstreams;
    private final Target target;
    private final UpstreamNetwork network;
    private final Duration connectTimeout;
    private final Duration patience;
    private final CompletableFuture<Void> ended;
    private final @Nullable Runnable atEnd;
    private final BiConsumer<Runnable, CompletableFuture<?>> onLoop;
    private final Duration handshake;
    private HttpClient client;
    private @Nullable HttpConnection connection;
    private @Nullable Pulse pulse;
    /** For whom a connection is being made. */
    private @Nullable Http2Opening leader;

    private final Queue<Http2Opening> waiting = new ArrayDeque<>();
    private long timer = NONE;
    /** Of the client. */
    private int edition;

    /**
     * One without a connection.
     *
     * @param ended done when nothing more can be sent
     * @param atEnd what ends with the one connection; {@code null} where another may take its place
     * @param onLoop runs something on the link's loop, or fails what waits for it
     */
    Http2Entrance(
            UpstreamClient upstreams,
            Target target,
            UpstreamNetwork network,
            Duration connectTimeout,
            CompletableFuture<Void> ended,
            @Nullable Runnable atEnd,
            BiConsumer<Runnable, CompletableFuture<?>> onLoop) {
        this.onLoop = onLoop;
        this.upstreams = upstreams;
        this.target = target;
        this.network = network;
        this.connectTimeout = connectTimeout;
        this.patience = connectTimeout.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : connectTimeout;
        this.handshake = connectTimeout.plus(LEAST_PATIENCE);
        this.ended = ended;
        this.atEnd = atEnd;
        this.client = fresh();
    }

    private HttpClient fresh() {
        int number = ++edition;
        return Http2Client.create(upstreams, target, network, connectTimeout, patience, atEnd != null, made -> {
            if (number == edition) {
                connected(made);
            }
        });
    }

    /** Begins it once there is a connection that is known to work. */
    void enter(Http2Opening wanted) {
        Pulse known = pulse;
        if (wanted.opened().isDone()) {
            return;
        }
        if (ended.isDone()) {
            wanted.fail(Http2Link.lost(wanted.call(), new VertxException("the connection has ended", true)));
        } else if (leader != null) {
            waiting.add(wanted);
        } else if (known == null) {
            leader = wanted;
            request(wanted, 0);
        } else if (known.isDoubtful()) {
            // The connection tells it without a context: what is begun there would go to any loop.
            var unused = known.ask().thenRun(() -> onLoop.accept(() -> enter(wanted), wanted.opened()));
        } else {
            request(wanted, 0);
        }
    }

    private void request(Http2Opening wanted, int index) {
        if (ended.isDone()) {
            Throwable gone = new VertxException("the connection has ended", true);
            wanted.fail(Http2Link.lost(wanted.call(), gone));
            goOn(wanted, gone);
            return;
        }
        InetAddress address = wanted.addresses().get(index);
        if (leader == wanted && timer == NONE) {
            timer = upstreams.loops().vertx().setTimer(handshake.toMillis(), late -> giveUp());
        }
        int number = edition;
        client.request(wanted.options(target, upstreams.server(network, target, address)))
                .onComplete(asked -> {
                    if (number != edition) {
                        if (asked.succeeded()) {
                            var unused = asked.result().connection().close();
                        }
                        wanted.fail(silent());
                    } else if (asked.succeeded()) {
                        if (index > 0) {
                            upstreams.addresses().prefer(target.host(), address, wanted.addresses());
                        }
                        take(wanted, asked.result());
                        goOn(wanted, null);
                    } else if (index + 1 < wanted.addresses().size() && isRefused(asked.cause())) {
                        stopTimer();
                        request(wanted, index + 1);
                    } else {
                        wanted.fail(asked.cause());
                        goOn(wanted, asked.cause());
                    }
                });
    }

    private void stopTimer() {
        if (timer != NONE) {
            upstreams.loops().vertx().cancelTimer(timer);
            timer = NONE;
        }
    }

    /** The server does not speak HTTP/2, or does so too slowly: what waits for it knows, and the next begins anew. */
    private void giveUp() {
        timer = NONE;
        HttpClient abandoned = client;
        client = fresh();
        var unused = abandoned.close();
        if (leader != null) {
            leader.fail(silent());
            goOn(leader, silent());
        }
    }

    private static Throwable silent() {
        return new VertxException("nothing came in time", true);
    }

    /** The leader has its connection, or knows why it cannot have one; that its own time is over is no reason for others. */
    private void goOn(Http2Opening done, @Nullable Throwable why) {
        if (leader != done) {
            return;
        }
        leader = null;
        boolean undecided = why instanceof TimeoutException;
        if (!undecided) {
            stopTimer();
        }
        List<Http2Opening> others = List.copyOf(waiting);
        waiting.clear();
        for (Http2Opening each : others) {
            if (why == null || undecided) {
                enter(each);
            } else {
                each.fail(why);
            }
        }
    }

    private static boolean isRefused(Throwable failure) {
        return failure instanceof ConnectException || failure instanceof NoRouteToHostException;
    }

    private void take(Http2Opening wanted, HttpClientRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            var unused = request.connection().close();
            wanted.fail(new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    Unreachable.host(wanted.call().serverUrl()) + " does not speak HTTP/2; expected it by ALPN"));
        } else if (atEnd != null && request.connection() != connection) {
            var unused = request.connection().close();
            wanted.fail(Http2Link.lost(wanted.call(), new VertxException("the connection has ended", true)));
        } else if (!wanted.opened().complete(request)) {
            request.exceptionHandler(nobody -> {}).reset(CANCEL);
        }
    }

    private void connected(HttpConnection made) {
        stopTimer();
        Pulse found = Pulse.of(made, patience);
        if (found == null || (atEnd != null && (connection != null || ended.isDone()))) {
            return;
        }
        connection = made;
        pulse = found;
        made.goAwayHandler(said -> left(made));
        made.closeHandler(gone -> {
            left(made);
            if (atEnd != null) {
                atEnd.run();
            }
        });
    }

    private void left(HttpConnection gone) {
        if (atEnd != null) {
            ended.complete(null);
        }
        if (connection == gone) {
            connection = null;
            pulse = null;
        }
    }

    /** Cuts what is under way. */
    void close() {
        stopTimer();
        var unused = client.close();
    }
}
