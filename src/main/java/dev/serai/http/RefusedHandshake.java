package dev.serai.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Context;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.impl.ContextInternal;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends the answer of a server that refuses the handshake of a WebSocket where that of any other refusal would be ended: the
 * client reads it whole before it tells of it, however long it is, and closes the connection then.
 */
final class RefusedHandshake extends ChannelInboundHandlerAdapter {
    private static final String NAME = "refused-handshake";
    /** What the client has on a connection from its request to the end of the answer. */
    private static final String CLIENTS = "handshakeCompleter";

    private @Nullable ScheduledFuture<?> timer;
    private int length;
    private boolean refused;
    private boolean ended;

    /** What to connect with, on this event loop. */
    static WebSocketConnectOptions bounding(Context context) {
        return new WebSocketConnectOptions() {
            /** The client asks for it when the connection is there, which it shows to nobody, and then sends its request. */
            @Override
            public String getURI() {
                context.runOnContext(now -> boundAll(((ContextInternal) context).nettyEventLoop()));
                return super.getURI();
            }
        };
    }

    private static void boundAll(EventLoop loop) {
        Iterator<Channel> all = ((SingleThreadEventLoop) loop).registeredChannelsIterator();
        while (all.hasNext()) {
            ChannelPipeline steps = all.next().pipeline();
            if (steps.get(CLIENTS) != null && steps.get(NAME) == null) {
                steps.addBefore(CLIENTS, NAME, new RefusedHandshake());
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse head) {
            if (head.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
                context.pipeline().remove(this);
            } else {
                refused = true;
                timer = context.executor()
                        .schedule(() -> end(context), Transfer.ERROR_BODY_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        if (message instanceof HttpContent part && refused) {
            length += part.content().readableBytes();
            if (ended || length > Transfer.MAX_ERROR_BODY) {
                ReferenceCountUtil.release(message);
                end(context);
                return;
            }
        }
        if (message instanceof LastHttpContent) {
            over();
        }
        context.fireChannelRead(message);
    }

    /** The status is what counts, whatever the body does. */
    private void end(ChannelHandlerContext context) {
        if (refused && !ended) {
            over();
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private void over() {
        ended = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(context);
        context.fireChannelInactive();
    }
}
