package dev.serai.http;

import io.netty.util.HashedWheelTimer;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpActivityListener;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/**
 * Makes every {@code http:} and {@code https:} endpoint of the context safe for calls that must not
 * run twice: no retries, no cookies, no redirects, one shared connection pool.
 */
public final class HttpClients {
    /** Set by camel-http on the client's context when an activity listener is present. */
    private static final String EXCHANGE = "org.apache.camel.Exchange";

    private HttpClients() {}

    /** Configures the components; the returned pool is to be closed at shutdown. */
    public static PoolingHttpClientConnectionManager configure(
            CamelContext context, HashedWheelTimer timers, UpstreamLimits limits, UpstreamNetwork network) {
        SSLContext tls = network.context();
        PoolingHttpClientConnectionManager pool = BlockingClient.pool(
                        new TlsOnFirstUse(
                                () -> tls == null
                                        ? DefaultClientTlsStrategy.createDefault()
                                        : new DefaultClientTlsStrategy(tls),
                                limits.connectTimeout()),
                        limits.connectionsPerServer(),
                        limits.connectTimeout())
                .build();
        for (String scheme : new String[] {"http", "https"}) {
            HttpComponent http = context.getComponent(scheme, HttpComponent.class);
            http.setClientConnectionManager(pool);
            http.setAutomaticRetriesDisabled(true);
            http.setCookieManagementDisabled(true);
            http.setRedirectHandlingDisabled(true);
            http.setAuthCachingDisabled(true);
            http.setConnectionStateDisabled(true);
            http.setDefaultUserAgentDisabled(true);
            http.setContentCompressionDisabled(true);
            http.setHeaderFilterStrategy(new UpstreamHeaders());
            http.setHttpActivityListener(new ExposesExchange());
            http.setHttpClientConfigurer(builder -> builder.setRoutePlanner(new ByProxy(network))
                    .addExecInterceptorFirst(
                            "serai-call-guard", (request, scope, chain) -> proceed(timers, request, scope, chain)));
        }
        return pool;
    }

    /** Closes connections that nobody used for the idle time, again and again until the timer stops. */
    public static void closeIdle(
            PoolingHttpClientConnectionManager pool, HashedWheelTimer timers, UpstreamLimits limits) {
        long idleMillis = Math.max(1, limits.idleTimeout().toMillis());
        timers.newTimeout(
                timeout -> {
                    try {
                        pool.closeIdle(TimeValue.ofMilliseconds(idleMillis));
                    } finally {
                        closeIdle(pool, timers, limits);
                    }
                },
                Math.max(1, idleMillis / 2),
                TimeUnit.MILLISECONDS);
    }

    private static ClassicHttpResponse proceed(
            HashedWheelTimer timers, ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        if (scope.clientContext.getAttribute(EXCHANGE) instanceof Exchange exchange) {
            UpstreamCall call = UpstreamCall.of(exchange);
            Silence.bound(call, scope.clientContext);
            if (call != null) {
                ConnectTimeout.apply(call.capability(), scope.clientContext);
            }
            CallGuard guard = guard(exchange, timers);
            if (guard != null) {
                if (scope.originalRequest instanceof Cancellable whole) {
                    guard.attach(whole::cancel);
                } else {
                    guard.attach(scope.execRuntime::discardEndpoint);
                }
            }
        }
        return chain.proceed(request, scope);
    }

    /** Ends with its exchange. */
    private static @Nullable CallGuard guard(Exchange exchange, HashedWheelTimer timers) {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call == null) {
            return null;
        }
        CallGuard guard = new CallGuard(timers, call);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                guard.close();
            }
        });
        return guard;
    }

    /** Goes by the proxy where there is one for the host. */
    private static final class ByProxy extends DefaultRoutePlanner {
        private final UpstreamNetwork network;

        ByProxy(UpstreamNetwork network) {
            super(null);
            this.network = network;
        }

        @Override
        protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
            URI proxy = network.proxy();
            return proxy == null || !network.byProxy(target.getHostName())
                    ? null
                    : new HttpHost(proxy.getHost(), proxy.getPort());
        }
    }

    /** Its presence alone makes camel-http hand the exchange to the client's context. */
    private static final class ExposesExchange implements HttpActivityListener {
        @Override
        public void onRequestSubmitted(
                Object source, Exchange exchange, HttpHost host, HttpRequest request, HttpEntity entity) {}

        @Override
        public void onResponseReceived(
                Object source,
                Exchange exchange,
                HttpHost host,
                HttpResponse response,
                HttpEntity entity,
                long elapsed) {}
    }
}
