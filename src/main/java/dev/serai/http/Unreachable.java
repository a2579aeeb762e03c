package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Causes;
import dev.serai.invocation.ErrorCode;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Tells why an upstream could not be talked to, or not understood, naming its host and nothing else of its URL. */
final class Unreachable {
    private Unreachable() {}

    static CapabilityException because(UpstreamCall call, Throwable e) {
        String host = host(call.serverUrl());
        if (e instanceof UnknownHostException) {
            return new UpstreamUnreachableException("the host name of " + host + " is unknown", true, e);
        }
        if (e instanceof ConnectTimeoutException) {
            return new UpstreamUnreachableException(host + " did not accept a connection in time", true, e);
        }
        if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
            return new UpstreamUnreachableException(host + " refused the connection", true, e);
        }
        if (e instanceof ConnectionPoolTooBusyException) {
            return new UpstreamUnreachableException("no free connection to " + host, true, e);
        }
        if (Causes.find(e, SSLException.class) != null) {
            return new UpstreamUnreachableException("the TLS handshake with " + host + " failed", false, e);
        }
        if (e instanceof DecoderException || e instanceof IllegalArgumentException) {
            return new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    host + " answered with a head or framing that HTTP does not allow, or that is too large",
                    e);
        }
        if (e instanceof HttpClosedException) {
            return new UpstreamUnreachableException(host + " closed the connection without an answer", false, e);
        }
        return new UpstreamUnreachableException("the connection to " + host + " broke", false, e);
    }

    /** Host and port. */
    static String host(String url) {
        URI uri = URI.create(url);
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }
}
