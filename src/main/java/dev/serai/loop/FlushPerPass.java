package dev.serai.loop;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends what one pass of an event loop writes to several connections together, at the end of the pass. Each sending wakes
 * the process at the other end, which on the same machine takes the processor from the loop at once: with many calls in
 * progress that is dearer than the writing. The first connection of a pass does not wait, so a call that is alone is not
 * slower.
 */
public final class FlushPerPass extends ChannelDuplexHandler {
    /** Connections; where so many wait, they do not wait for the end of the pass. */
    static final int MOST_WAITING = 16;

    private static final String NAME = "flush-per-pass";

    private static final FastThreadLocal<Pass> PASSES = new FastThreadLocal<>() {
        @Override
        protected Pass initialValue() {
            return new Pass();
        }
    };

    /** Only while the loop's pass has this connection, be it more than once. */
    private boolean waiting;

    /** To be called on the connection's event loop; again is the same as once. */
    public static void on(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            ChannelPipeline steps = base.channel().pipeline();
            if (steps.get(NAME) == null) {
                // Next to the socket: it sees what TLS sends, too.
                steps.addFirst(NAME, new FlushPerPass());
            }
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        Pass pass = PASSES.get();
        if (!pass.begun) {
            pass.begun = true;
            context.flush();
            pass.end(context);
        } else if (!waiting) {
            waiting = true;
            pass.await(context);
        }
    }

    /** Where the other end has closed its half, the loop closes the connection next, without a word to its handlers. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        send(context);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise closed) {
        send(context);
        var unused = context.close(closed);
    }

    private void send(ChannelHandlerContext context) {
        if (waiting) {
            waiting = false;
            context.flush();
        }
    }

    /** What waits on one event loop. */
    private static final class Pass implements Runnable {
        private final ArrayDeque<ChannelHandlerContext> waiting = new ArrayDeque<>(MOST_WAITING);
        private boolean begun;

        /** Ends behind what the loop has to read in this pass, and what it has been given to do. */
        void end(ChannelHandlerContext context) {
            try {
                context.executor().execute(this);
            } catch (RejectedExecutionException e) {
                // The loop ends: nothing may wait on it any more.
                run();
            }
        }

        void await(ChannelHandlerContext context) {
            waiting.add(context);
            if (waiting.size() >= MOST_WAITING) {
                sendAll();
            }
        }

        @Override
        public void run() {
            begun = false;
            sendAll();
        }

        private void sendAll() {
            // To send can have something else written, which may end up here again.
            for (int i = waiting.size(); i > 0; i--) {
                ChannelHandlerContext next = waiting.poll();
                if (next == null) {
                    return;
                }
                ((FlushPerPass) next.handler()).send(next);
            }
        }
    }
}
