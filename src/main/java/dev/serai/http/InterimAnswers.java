package dev.serai.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes over interim answers (RFC 9110, 15.2), which the answer follows: of them the client knows 100 and 103 only. After
 * 101 another protocol would follow, which nobody asked for: that is an answer, and an error.
 */
final class InterimAnswers extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(InterimAnswers.class);
    private static final String NAME = "interim-answers";
    /** To one request; who sends more keeps the event loop busy. */
    private static final int MOST = 100;

    private boolean interim;
    private int passed;

    /** To be called once, on the event loop of a new connection. */
    static void passOver(HttpConnection connection, ChannelPipeline steps) {
        steps.addBefore("handler", NAME, new InterimAnswers());
        // What is wrong with an answer is told to the caller; without this it is written to the log as well.
        connection.exceptionHandler(InterimAnswers::passOver);
    }

    private static void passOver(Throwable failure) {
        if (failure instanceof IOException) {
            LOG.debug("a connection was reset by its other end");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse head) {
            HttpResponseStatus status = head.status();
            interim = status.codeClass() == HttpStatusClass.INFORMATIONAL
                    && status.code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
            passed = interim ? passed + 1 : 0;
        }
        if (interim) {
            ReferenceCountUtil.release(message);
            if (passed == MOST + 1) {
                context.fireExceptionCaught(new DecoderException("more than " + MOST + " interim answers"));
                var unused = context.close();
            }
        } else {
            context.fireChannelRead(message);
        }
    }
}
