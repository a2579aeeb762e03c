package dev.serai.entry;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Stops reading from a client that sends request after request without waiting for an answer. Each
 * of them would be held in memory until its turn, since only one at a time is at work on a connection.
 */
final class PipelineLimit extends ChannelDuplexHandler {
    static final int MOST_UNANSWERED = 16;

    private int unanswered;
    private boolean paused;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest && ++unanswered > MOST_UNANSWERED && !paused) {
            paused = true;
            context.channel().config().setAutoRead(false);
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpResponse response && !response.status().equals(HttpResponseStatus.CONTINUE)) {
            unanswered--;
            if (paused && unanswered <= 1) {
                paused = false;
                context.channel().config().setAutoRead(true);
            }
        }
        super.write(context, message, promise);
    }
}
