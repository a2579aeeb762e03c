package dev.serai.http;

import java.net.ProxySelector;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * An HTTP client for threads that wait, which sends a request once or not at all: no retries, redirects or cookies. The
 * JDK's is none for requests side by side, as it may close a connection under the one that has just taken it (JDK-8338569,
 * JDK-8357639).
 */
public final class BlockingClient {
    private static final long VALIDATE_AFTER_MS = 250;
    private static final int ASKED_AFTER_SECONDS = 60;
    private static final int ASKED_EVERY_SECONDS = 10;
    private static final int ASKED_TIMES = 6;

    /** Less than servers wait before they close a connection. */
    private static final TimeValue KEPT = TimeValue.ofSeconds(30);

    private BlockingClient() {}

    /**
     * Connects to nothing yet. Takes proxy, trusted roots and own certificate from the JVM's system properties, as the JDK's
     * client does. Waits for an answer for as long as it takes.
     *
     * @param connections at most, to each server
     */
    public static CloseableHttpClient create(int connections, Duration connectTimeout) {
        TlsSocketStrategy tls = new TlsOnFirstUse(BlockingClient::tlsOfTheJvm, connectTimeout);
        return HttpClients.custom()
                .setConnectionManager(pool(tls, connections, connectTimeout).build())
                .setRoutePlanner(new SystemDefaultRoutePlanner(ProxySelector.getDefault()))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setAuthenticationEnabled(false)
                        .setConnectionKeepAlive(KEPT)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .evictIdleConnections(KEPT)
                .disableAutomaticRetries()
                .disableAuthCaching()
                .disableConnectionState()
                .disableContentCompression()
                .disableCookieManagement()
                .disableDefaultUserAgent()
                .disableRedirectHandling()
                .build();
    }

    private static TlsSocketStrategy tlsOfTheJvm() {
        try {
            return new DefaultClientTlsStrategy(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JVM's key store or trust store cannot be used", e);
        }
    }

    /** Whose connections wait for bytes without end, unless a request says otherwise; a server that has gone is noticed. */
    static PoolingHttpClientConnectionManagerBuilder pool(
            TlsSocketStrategy tls, int connections, Duration connectTimeout) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                // This policy knows no limit over all servers: requests in progress are the limit.
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                .setTlsSocketStrategy(tls)
                .setMaxConnPerRoute(connections)
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoTimeout(Timeout.INFINITE)
                        .setSoKeepAlive(true)
                        .setTcpKeepIdle(ASKED_AFTER_SECONDS)
                        .setTcpKeepInterval(ASKED_EVERY_SECONDS)
                        .setTcpKeepCount(ASKED_TIMES)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(connectTimeout))
                        // Left alone, a connection of TLS that is used again waits as long as its handshake might.
                        .setSocketTimeout(Timeout.INFINITE)
                        .setTimeToLive(TimeValue.NEG_ONE_MILLISECOND)
                        .setValidateAfterInactivity(TimeValue.of(VALIDATE_AFTER_MS, TimeUnit.MILLISECONDS))
                        .build());
    }
}
