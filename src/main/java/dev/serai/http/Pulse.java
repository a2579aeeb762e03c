package dev.serai.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.AttributeKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the server of an HTTP/2 connection is still there. It is asked by PING (RFC 9113, 6.7) when calls wait
 * and nothing has come for a while, and before a connection is used on which nothing has. One that then says nothing at all
 * for as long again has gone, and its connection is closed. Every member is used on the connection's loop.
 */
final class Pulse extends ChannelInboundHandlerAdapter {
    /** Servers end connections whose clients ask more often than so while nothing else is said (gRPC, Keepalive). */
    private static final long RARELY_NANOS = TimeUnit.MINUTES.toNanos(5);

    private static final int MOST_OFTEN = 2;

    private static final Buffer QUESTION = Buffer.buffer("serai-ok");
    /** Of the frame that answers. */
    private static final int ANSWER_BYTES = 17;

    private static final AttributeKey<Boolean> STOPPED = AttributeKey.valueOf(Pulse.class, "stopped");

    private final HttpConnection connection;
    private final Http2Connection streams;
    private final Duration patience;
    private long heardAt = System.nanoTime();
    private long askedAt;
    /** Questions since anything else than their answers has come. */
    private int questions;

    private @Nullable CompletableFuture<Void> question;
    private @Nullable Future<?> end;
    private @Nullable ChannelHandlerContext place;

    private Pulse(HttpConnection connection, Http2Connection streams, Duration patience) {
        this.connection = connection;
        this.streams = streams;
        this.patience = patience;
    }

    /**
     * Takes over from what closes the connection when nothing comes.
     *
     * @param patience how long a server may say nothing
     * @return {@code null} for a connection that is not of HTTP/2
     */
    static @Nullable Pulse of(HttpConnection connection, Duration patience) {
        if (!(connection instanceof ConnectionBase base)) {
            return null;
        }
        ChannelPipeline steps = base.channel().pipeline();
        Http2ConnectionHandler http2 = steps.get(Http2ConnectionHandler.class);
        if (http2 == null) {
            return null;
        }
        Pulse pulse = new Pulse(connection, http2.connection(), patience);
        steps.addBefore("handler", "pulse", pulse);
        return pulse;
    }

    /** Whether the connection was closed as its server had stopped answering. */
    static boolean hasStopped(HttpConnection connection) {
        return connection instanceof ConnectionBase base
                && base.channel().attr(STOPPED).get() != null;
    }

    /** Whether the server has to be asked before anything is sent to it. */
    boolean isDoubtful() {
        boolean quiet = streams.numActiveStreams() == 0 && System.nanoTime() - heardAt >= patience.toNanos();
        return place != null && (question != null || quiet);
    }

    /** Asks, unless that is under way. Done once something has come, or the connection has ended. */
    CompletableFuture<Void> ask() {
        CompletableFuture<Void> known = question;
        ChannelHandlerContext here = place;
        if (known != null || here == null) {
            return known == null ? CompletableFuture.completedFuture(null) : known;
        }
        CompletableFuture<Void> asking = new CompletableFuture<>();
        question = asking;
        questions++;
        askedAt = System.nanoTime();
        var unused = connection.ping(QUESTION);
        end = here.executor().schedule(() -> give(here.channel(), here), patience.toMillis(), TimeUnit.MILLISECONDS);
        return asking;
    }

    /** Past the protocol, which would wait for what can no longer be written. */
    private static void give(Channel channel, ChannelHandlerContext here) {
        channel.attr(STOPPED).set(true);
        var unused = here.close();
    }

    private void settle() {
        CompletableFuture<Void> settled = question;
        if (end != null) {
            end.cancel(false);
            end = null;
        }
        if (settled != null) {
            question = null;
            settled.complete(null);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        place = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        heardAt = System.nanoTime();
        boolean answer = question != null && message instanceof ByteBuf bytes && bytes.readableBytes() == ANSWER_BYTES;
        if (!answer) {
            questions = 0;
        }
        context.fireChannelRead(message);
        settle();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        place = null;
        context.fireChannelInactive();
        settle();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof IdleStateEvent)) {
            context.fireUserEventTriggered(event);
        } else if (streams.numActiveStreams() > 0
                && (questions < MOST_OFTEN || System.nanoTime() - askedAt >= RARELY_NANOS)) {
            var unused = ask();
        }
    }
}
