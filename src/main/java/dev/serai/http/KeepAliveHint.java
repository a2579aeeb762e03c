package dev.serai.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Has a connection be given up before its server does so, where the server says for how long it keeps an unused one
 * ({@code Keep-Alive: timeout=5}; RFC 2068, 19.7.1.1, and draft-thomson-hybi-http-timeout). A request that is sent while the
 * server closes is lost, and nobody may send it again who does not know what it does (RFC 9110, 9.2.2).
 */
final class KeepAliveHint extends ChannelInboundHandlerAdapter {
    /**
     * The server's time begins before the client's, and the pool, which looks once a second, may give out a connection whose
     * time is over.
     */
    private static final long MARGIN_SECONDS = 2;

    private static final int MOST_DIGITS = 18;
    private static final String NAME = "keep-alive";
    private static final Pattern TIMEOUT =
            Pattern.compile("(?:^|[,;\\s])timeout\\s*=\\s*\"?([0-9]+)", Pattern.CASE_INSENSITIVE);

    private final long idleSeconds;

    /** @param idleSeconds longest that an unused connection is kept, in seconds, at least 1 */
    KeepAliveHint(long idleSeconds) {
        this.idleSeconds = idleSeconds;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse head && head.headers().contains(NAME)) {
            take(head.headers());
        }
        context.fireChannelRead(message);
    }

    private void take(HttpHeaders headers) {
        long kept = Math.min(seconds(headers.getAll(NAME)), idleSeconds);
        headers.remove(NAME);
        if (kept <= 0) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else {
            headers.set(NAME, "timeout=" + readable(kept));
        }
    }

    /**
     * For how long an unused connection can be used, by the shortest time that is named: at least 1, as one that is in use all
     * the time need not be opened for each request; 0 where the server keeps none.
     */
    static long seconds(List<String> hints) {
        long shortest = Long.MAX_VALUE;
        for (String hint : hints) {
            Matcher timeout = TIMEOUT.matcher(hint);
            while (timeout.find()) {
                String number = timeout.group(1);
                long named = number.length() <= MOST_DIGITS ? Long.parseLong(number) : Long.MAX_VALUE;
                shortest = Math.min(shortest, named);
            }
        }
        return shortest == 0 ? 0 : Math.max(1, shortest - MARGIN_SECONDS);
    }

    /** As text, and less where a 9 is in it: Vert.x takes such a number for none at all. */
    static String readable(long seconds) {
        String exact = Long.toString(seconds);
        int nine = exact.indexOf('9');
        return nine < 0 ? exact : exact.substring(0, nine) + "8".repeat(exact.length() - nine);
    }
}
