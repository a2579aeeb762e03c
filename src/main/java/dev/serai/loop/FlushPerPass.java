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
 * slower; nor does one that is being read: where its other end has closed its half, the loop closes it next.
 */
public final class FlushPerPass extends ChannelDuplexHandler {
    /** Connections that wait for the end of a pass; the next sends what they have. */
    static final int MOST_WAITING = 16;

    private static final String NAME = "flush-per-pass";

    private static final FastThreadLocal<Pass> PASSES = new FastThreadLocal<>() {
        @Override
        protected Pass initialValue() {
            return new Pass();
        }
    };

    private boolean reading;
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
    public void channelRead(ChannelHandlerContext context, Object message) {
        reading = true;
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        reading = false;
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (reading) {
            waiting = false;
            context.flush();
            return;
        }
        Pass pass = PASSES.get();
        if (!pass.begun) {
            context.flush();
            pass.begin(context);
        } else if (!waiting) {
            waiting = true;
            pass.await(context);
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise closed) {
        send(context);
        var unused = context.close(closed);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        send(context);
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

        void begin(ChannelHandlerContext context) {
            try {
                // A loop runs its tasks when it has dealt with everything that had come.
                context.executor().execute(this);
                begun = true;
            } catch (RejectedExecutionException e) {
                // The loop ends: nothing waits on it any more.
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
