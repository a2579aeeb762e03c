package dev.serai.socket;

import dev.serai.http.LocalAnswer;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.impl.WebSocketInternal;
import io.vertx.core.impl.ContextInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** A connection as far as it carries messages: what goes out, and whether more is read. Used on its event loop only. */
final class Line {
    /** Of a connection that has ended. */
    static final LocalAnswer GONE = empty(404);

    static final LocalAnswer DONE = empty(204);

    /** Characters that may wait to be sent. */
    private static final long MOST_UNSENT = 16L * 1024 * 1024;

    private static final long DOUBT_MILLIS = 5_000;
    private static final long CUT_MILLIS = 3_000;
    private static final Buffer PING = Buffer.buffer("ping");

    private final WebSocketBase socket;
    private final Context context;
    private final Runnable ended;
    private List<CompletableFuture<LocalAnswer>> pings = new ArrayList<>();
    private long unsent;
    /** How many have enough to read. */
    private int held;
    /** How many messages are being read, before all that follow. */
    private int reading;
    /** Either side has closed it: what has come already holds nobody up. */
    private boolean closing;
    /** The server has, and what came before is still to be handed on. */
    private boolean closed;

    private boolean over;

    /**
     * One that is open, and paused.
     *
     * @param ended run once when it has ended
     */
    Line(WebSocketBase socket, Context context, Runnable ended) {
        this.socket = socket;
        this.context = context;
        this.ended = ended;
    }

    /** Has this run on the event loop; may be called by any thread. */
    void onLoop(Runnable action) {
        try {
            context.runOnContext(now -> action.run());
        } catch (RejectedExecutionException e) {
            // The loop has ended, and the connection with it.
            end();
        }
    }

    /** The same, but at once where this thread is the event loop's. */
    void nowOnLoop(Runnable action) {
        if (context instanceof ContextInternal internal && internal.inThread()) {
            action.run();
        } else {
            onLoop(action);
        }
    }

    /** Reads from now on. */
    void begin() {
        socket.closeHandler(gone -> closed());
        socket.pongHandler(pong -> pinged(DONE));
        socket.resume();
    }

    /** Has this run after a while; what is returned names the timer for {@link #forget}. */
    long later(Duration pause, Runnable action) {
        return context.owner().setTimer(Math.max(1, pause.toMillis()), due -> action.run());
    }

    void forget(long timer) {
        context.owner().cancelTimer(timer);
    }

    /** Whether nothing can be sent any more. */
    boolean isOver() {
        return over || socket.isClosed();
    }

    /** Whether the server takes what it is sent too slowly. */
    boolean isFull() {
        return unsent > MOST_UNSENT;
    }

    /**
     * Sends a message. What was not given to the server can safely be sent on another connection.
     *
     * @param answers whether the request is answered when it has gone
     */
    void write(String message, CompletableFuture<LocalAnswer> answer, boolean answers) {
        int length = message.length();
        unsent += length;
        try {
            var unused = socket.writeTextMessage(message).onComplete(written -> {
                unsent -= length;
                if (written.failed()) {
                    answer.completeExceptionally(new IOException("the message could not be written", written.cause()));
                } else if (answers) {
                    answer.complete(DONE);
                }
            });
        } catch (IllegalStateException e) {
            unsent -= length;
            answer.complete(GONE);
        }
    }

    /** Sends a message that nobody waits for, where there is room. */
    void say(String message) {
        if (!isOver() && !isFull()) {
            write(message, new CompletableFuture<>(), false);
        }
    }

    /** @param patienceMillis after which a server that does not answer is taken for gone; at least 1 */
    void ping(CompletableFuture<LocalAnswer> answer, long patienceMillis) {
        if (isOver()) {
            answer.complete(GONE);
            return;
        }
        if (held > 0 || reading > 0) {
            // No pong is read now, and that says nothing about the server.
            answer.complete(DONE);
            return;
        }
        pings.add(answer);
        var unused = socket.writePing(PING);
        context.owner().setTimer(patienceMillis, late -> {
            if (!answer.isDone()) {
                cut(1002);
            }
        });
    }

    /** A request was given up: a server that does not answer a ping either is gone. */
    void doubt() {
        if (pings.isEmpty()) {
            ping(new CompletableFuture<>(), DOUBT_MILLIS);
        }
    }

    private void pinged(LocalAnswer answer) {
        List<CompletableFuture<LocalAnswer>> all = pings;
        pings = new ArrayList<>();
        all.forEach(ping -> ping.complete(answer));
    }

    /** Somebody has enough to read: the server has to wait. */
    void hold() {
        held++;
        if (!closing) {
            socket.pause();
        }
    }

    /** The opposite of {@link #hold}. */
    void release() {
        held--;
        flow();
    }

    /** A message is read elsewhere: what follows it has to wait. */
    void holdOrder() {
        reading++;
        socket.pause();
    }

    /** The opposite of {@link #holdOrder}. */
    void releaseOrder() {
        reading--;
        flow();
    }

    private void flow() {
        if (reading == 0 && (held == 0 || closing)) {
            socket.resume();
            if (closed) {
                // After what has come and is handed on now.
                context.runOnContext(now -> {
                    if (reading == 0) {
                        end();
                    }
                });
            }
        }
    }

    /** The server says nothing more, but what it said before is still heard. */
    private void closed() {
        closing = true;
        closed = true;
        flow();
    }

    /** Ends it without waiting for the server, which is told why (RFC 6455, 7.4). */
    void cut(int code) {
        close(code, new CompletableFuture<>());
        end();
    }

    /** Closes it, and answers when the server has been told. */
    void close(int code, CompletableFuture<LocalAnswer> answer) {
        // The server's own close frame is read, too.
        closing = true;
        flow();
        cutLater();
        var unused = socket.close((short) code).onComplete(sent -> answer.complete(DONE));
    }

    /** Some servers read no close frame, and some keep the connection after theirs. */
    private void cutLater() {
        context.owner().setTimer(CUT_MILLIS, late -> {
            if (socket instanceof WebSocketInternal internal) {
                var unused = internal.channelHandlerContext().close();
            }
        });
    }

    /** Nothing more comes. */
    void end() {
        if (!over) {
            over = true;
            cutLater();
            ended.run();
            pinged(GONE);
        }
    }

    private static LocalAnswer empty(int status) {
        return new LocalAnswer(status, Map.of(), Buffer.buffer(), null);
    }
}
