package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.Handler;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How a client is made that speaks HTTP/2 only, over one connection to each address. */
final class Http2Client {
    private static final int MAX_HEAD = 64 * 1024;
    /** Bytes on the way of all streams together: one that nobody reads must not hold up the others. */
    private static final int WINDOW = 16 * 1024 * 1024;

    private Http2Client() {}

    /**
     * One that has not connected yet.
     *
     * @param patience after how long without a word of the server {@link Pulse} is told
     * @param lasting whether a connection is kept that nobody uses
     * @param connected told of each connection, on its loop
     * @throws CapabilityException where the proxy does not take what would have to go there
     */
    static HttpClient create(
            UpstreamClient upstreams,
            Target target,
            UpstreamNetwork network,
            Duration connectTimeout,
            Duration patience,
            boolean lasting,
            Handler<HttpConnection> connected) {
        boolean byProxy = network.byProxy(target.host());
        if (byProxy && !target.tls()) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE,
                    target.host() + " would be reached by the proxy, which takes HTTP/2 inside TLS only;"
                            + " expected an https URL, or the host among those without a proxy");
        }
        int millis = millis(connectTimeout);
        long idleSeconds =
                lasting ? 0 : Math.max(1, upstreams.limits().idleTimeout().toSeconds());
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setUseAlpn(true)
                .setInitialSettings(
                        new Http2Settings().setMaxHeaderListSize(MAX_HEAD).setPushEnabled(false))
                .setHttp2ConnectionWindowSize(WINDOW)
                .setHttp2KeepAliveTimeout((int) Math.min(Integer.MAX_VALUE, idleSeconds))
                .setConnectTimeout(millis)
                .setSslHandshakeTimeout(millis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setReadIdleTimeout(millis(patience))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpKeepAlive(lasting)
                .setTcpNoDelay(true)
                .setDecompressionSupported(false);
        network.apply(options, byProxy);
        return upstreams
                .loops()
                .vertx()
                .httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp2MaxSize(1))
                .withConnectHandler(connected)
                .build();
    }

    private static int millis(Duration time) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, time.toMillis()));
    }
}
