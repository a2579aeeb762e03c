package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way and its answer. Ends exactly once, with an answer, a failure, or the failure that cutting it
 * is. Every member is used on the event loop of its context; {@link #cut} may be called from anywhere.
 */
final class Transfer {
    /** Bytes of an answer that is not 2xx. */
    static final int MAX_ERROR_BODY = 64 * 1024;
    /** For these bytes to come. */
    static final long ERROR_BODY_MILLIS = 1_000;

    /** The least status after which the connection still speaks HTTP. */
    private static final int FIRST_FINAL = 200;

    private final UpstreamClient client;
    private final Context context;
    private final Outbound outbound;
    private final UpstreamCall call;
    private final CallGuard guard;
    private final List<InetAddress> addresses;
    private final CompletableFuture<Arrival> outcome = new CompletableFuture<>();
    private final AnswerMemory.Place place;
    private @Nullable HttpConnection connection;
    private @Nullable HttpClientResponse response;
    private @Nullable Buffer body;
    private @Nullable EventStream stream;
    private @Nullable StreamListener listening;
    private boolean cut;
    /** The whole answer has come: its connection is another's. */
    private boolean ended;

    private long timer = -1;

    Transfer(
            UpstreamClient client,
            Context context,
            Outbound outbound,
            UpstreamCall call,
            CallGuard guard,
            List<InetAddress> addresses) {
        this.client = client;
        this.context = context;
        this.outbound = outbound;
        this.call = call;
        this.guard = guard;
        this.addresses = addresses;
        this.place = client.answers().place();
        var unused = outcome.whenComplete((arrival, failure) -> {
            if (failure != null) {
                place.clear();
            }
        });
    }

    /** Completed on the event loop. */
    CompletableFuture<Arrival> outcome() {
        return outcome;
    }

    /** To be called once, on the event loop. */
    void begin() {
        guard.attach(this::cut);
        connect(0);
    }

    /** Ends it now: its connection is closed. */
    void cut() {
        try {
            context.runOnContext(now -> cutHere());
        } catch (RejectedExecutionException e) {
            // The loop has ended, and its connections with it.
            outcome.completeExceptionally(stopped(e));
        }
    }

    private void connect(int index) {
        if (cut) {
            return;
        }
        Target target = outbound.target();
        InetAddress address = addresses.get(index);
        RequestOptions options = new RequestOptions()
                .setServer(client.server(outbound.network(), target, address))
                .setMethod(outbound.method())
                .setHost(target.written())
                .setPort(target.port())
                .setSsl(target.tls())
                .setURI(target.path())
                .setHeaders(outbound.headers());
        HttpClient pool = client.of(context, outbound);
        pool.request(options).onComplete(asked -> {
            if (cut) {
                if (asked.succeeded()) {
                    close(asked.result().exceptionHandler(ended -> {}).connection());
                }
            } else if (asked.succeeded()) {
                if (index > 0) {
                    client.addresses().prefer(target.host(), address, addresses);
                }
                send(asked.result());
            } else if (index + 1 < addresses.size() && isRefused(asked.cause())) {
                connect(index + 1);
            } else {
                fail(asked.cause());
            }
        });
    }

    private static boolean isRefused(Throwable failure) {
        return failure instanceof ConnectException || failure instanceof NoRouteToHostException;
    }

    private void send(HttpClientRequest opened) {
        connection = opened.connection();
        opened.exceptionHandler(this::fail);
        opened.response().onComplete(head -> {
            if (head.succeeded()) {
                answered(head.result());
            } else {
                fail(head.cause());
            }
        });
        if (outbound.body().length() == 0) {
            var unused = opened.end();
        } else {
            var unused = opened.end(outbound.body());
        }
    }

    private void answered(HttpClientResponse head) {
        if (cut || outcome.isDone()) {
            return;
        }
        response = head;
        boolean success = head.statusCode() >= 200 && head.statusCode() < 300;
        head.exceptionHandler(this::broken);
        if (success && isEventStream(head) && outbound.lasting() != null) {
            listen(head, outbound.lasting());
            return;
        }
        if (success && isEventStream(head)) {
            EventStream opened = new EventStream(context, head, client, call, guard, place, this::reset);
            stream = opened;
            outcome.complete(new Arrival(head.statusCode(), head.headers(), Buffer.buffer(), place, opened));
            return;
        }
        if (!success) {
            timer = context.owner().setTimer(ERROR_BODY_MILLIS, late -> whole(false));
        }
        head.handler(chunk -> received(chunk, success));
        head.endHandler(end -> whole(true));
    }

    /** From here on the stream has no deadline. */
    private void listen(HttpClientResponse head, StreamListener listener) {
        guard.close();
        listening = listener;
        listener.opened(this::cut);
        head.handler(listener::arrived);
        head.endHandler(end -> {
            ended = true;
            unheard(null);
        });
        outcome.complete(new Arrival(head.statusCode(), head.headers(), Buffer.buffer(), place, null));
    }

    private void unheard(@Nullable Throwable why) {
        StreamListener listener = listening;
        listening = null;
        if (listener != null) {
            listener.ended(why);
        }
    }

    private static boolean isEventStream(HttpClientResponse head) {
        String type = head.getHeader(HttpHeaderNames.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
    }

    private void received(Buffer chunk, boolean success) {
        if (outcome.isDone()) {
            return;
        }
        int length = (body == null ? 0 : body.length()) + chunk.length();
        int most = success ? client.limits().maxBody() : MAX_ERROR_BODY;
        if (length <= most) {
            if (!fits(chunk.length())) {
                return;
            }
            body = body == null ? chunk : body.appendBuffer(chunk);
        } else if (success) {
            outcome.completeExceptionally(EventStream.tooLarge(most));
            reset();
        } else {
            whole(false);
        }
    }

    private boolean fits(int more) {
        try {
            place.grow(more);
            return true;
        } catch (NoRoomException e) {
            outcome.completeExceptionally(e);
            reset();
            return false;
        }
    }

    /** The answer as far as it has come: of one that is not 2xx the status is what counts, whatever its body does. */
    private void whole(boolean complete) {
        HttpClientResponse head = response;
        if (head == null || outcome.isDone()) {
            return;
        }
        ended = complete && head.statusCode() >= FIRST_FINAL;
        reset();
        Buffer all = body == null ? Buffer.buffer() : body;
        if (outcome.complete(new Arrival(head.statusCode(), head.headers(), all, place, null))) {
            place.leave();
        }
    }

    private void broken(Throwable why) {
        if (listening != null) {
            unheard(why);
        } else if (stream != null) {
            stream.broken(why);
        } else if (timer >= 0) {
            whole(false);
        } else {
            fail(why);
        }
    }

    private void fail(Throwable why) {
        if (!outcome.isDone()) {
            outcome.completeExceptionally(guard.expired() ? stopped(why) : Unreachable.because(call, why));
        }
    }

    private void cutHere() {
        if (cut) {
            return;
        }
        cut = true;
        if (stream != null) {
            stream.cut();
            return;
        }
        if (!outcome.isDone()) {
            outcome.completeExceptionally(stopped(null));
        }
        reset();
        unheard(new IOException("closed"));
    }

    /** Closes the connection, unless the answer has come to its end. */
    private void reset() {
        if (timer >= 0) {
            context.owner().cancelTimer(timer);
        }
        if (connection != null && !ended) {
            ended = true;
            close(connection);
        }
    }

    private static void close(HttpConnection abandoned) {
        var unused = abandoned.close();
    }

    static CapabilityException stopped(@Nullable Throwable cause) {
        return new CapabilityException(ErrorCode.TIMEOUT, "the upstream did not answer before the deadline", cause);
    }
}
