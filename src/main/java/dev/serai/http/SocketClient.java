package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Opens connections for messages both ways (RFC 6455), in the network and under the limits of requests. Names of servers
 * with TLS and of those behind a proxy are looked up by the client itself, which checks certificates by the name that it
 * was given.
 */
final class SocketClient {
    /** Of one server; sessions, each of which has one at most, are bounded by the pool. */
    private static final int MOST = 10_000;

    /** For the server to answer a close frame, before the connection is cut. */
    private static final int CLOSING_SECONDS = 2;

    private static final Set<String> OWN = Set.of("connection", "host", "upgrade", "content-type", "content-length");

    private final UpstreamClient client;
    private final OutboundRequests requests;
    private final Executor executor;
    private final ConcurrentHashMap<Kind, WebSocketClient> clients = new ConcurrentHashMap<>();

    SocketClient(UpstreamClient client, OutboundRequests requests, Executor executor) {
        this.client = client;
        this.requests = requests;
        this.executor = executor;
    }

    CompletableFuture<OpenedSocket> open(
            UpstreamCall call, String path, Map<String, String> headers, List<String> protocols, int maxMessage) {
        CompletableFuture<OpenedSocket> opened = new CompletableFuture<>();
        try {
            UpstreamNetwork network = requests.network(call);
            String query = Targets.query(call.serverUrl(), "", Targets.parameter(call.outgoing()));
            Target target = Target.of(Targets.join(call.serverUrl(), path) + (query.isEmpty() ? "" : "?" + query));
            boolean byProxy = network.byProxy(target.host());
            Kind kind = new Kind(requests.connectTimeout(call), network, byProxy, maxMessage);
            Attempt attempt = new Attempt(call, kind, target, head(target, headers), protocols, opened);
            List<InetAddress> known = client.addresses().known(target.host());
            if (target.tls() || byProxy) {
                attempt.begin(List.of(target.host()));
            } else if (known != null) {
                attempt.begin(hosts(known));
            } else {
                executor.execute(() -> {
                    try {
                        attempt.begin(hosts(client.addresses().look(target.host())));
                    } catch (UnknownHostException e) {
                        opened.completeExceptionally(Unreachable.because(call, e));
                    }
                });
            }
        } catch (IllegalArgumentException | CapabilityException | RejectedExecutionException e) {
            opened.completeExceptionally(e);
        }
        return opened;
    }

    private static List<String> hosts(List<InetAddress> addresses) {
        return addresses.stream().map(InetAddress::getHostAddress).toList();
    }

    private static MultiMap head(Target target, Map<String, String> headers) {
        MultiMap head = HttpHeaders.headers();
        headers.forEach((name, value) -> {
            String small = name.toLowerCase(Locale.ROOT);
            if (!OWN.contains(small) && !small.startsWith("sec-")) {
                head.set(name, value);
            }
        });
        boolean usual = target.port() == (target.tls() ? 443 : 80);
        head.set("Host", target.written() + (usual ? "" : ":" + target.port()));
        return head;
    }

    private WebSocketClient create(Kind kind) {
        int millis = (int)
                Math.min(Integer.MAX_VALUE, Math.max(1, kind.connectTimeout().toMillis()));
        WebSocketClientOptions options = new WebSocketClientOptions()
                .setMaxConnections(MOST)
                .setMaxFrameSize(kind.maxMessage())
                .setMaxMessageSize(kind.maxMessage())
                .setClosingTimeout(CLOSING_SECONDS)
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true)
                .setConnectTimeout(millis)
                .setSslHandshakeTimeout(millis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        kind.network().apply(options, kind.byProxy());
        return client.loops().vertx().createWebSocketClient(options);
    }

    private record Kind(Duration connectTimeout, UpstreamNetwork network, boolean byProxy, int maxMessage) {}

    /** One opening, at one address after the other. */
    private final class Attempt {
        private final UpstreamCall call;
        private final Kind kind;
        private final Target target;
        private final MultiMap head;
        private final List<String> protocols;
        private final CompletableFuture<OpenedSocket> opened;
        private final Context context = client.context(null);

        Attempt(
                UpstreamCall call,
                Kind kind,
                Target target,
                MultiMap head,
                List<String> protocols,
                CompletableFuture<OpenedSocket> opened) {
            this.call = call;
            this.kind = kind;
            this.target = target;
            this.head = head;
            this.protocols = protocols;
            this.opened = opened;
        }

        void begin(List<String> hosts) {
            context.runOnContext(now -> connect(hosts, 0));
        }

        private void connect(List<String> hosts, int index) {
            long left = TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos() - System.nanoTime());
            WebSocketConnectOptions options = RefusedHandshake.bounding(context)
                    .setHost(hosts.get(index))
                    .setPort(target.port())
                    .setSsl(target.tls())
                    .setURI(target.path())
                    .setHeaders(head)
                    .setAllowOriginHeader(false)
                    .setTimeout(Math.max(1, left))
                    .setSubProtocols(protocols);
            clients.computeIfAbsent(kind, SocketClient.this::create)
                    .connect(options)
                    .onComplete(asked -> {
                        if (asked.failed()) {
                            failed(asked.cause(), hosts, index);
                            return;
                        }
                        // Whoever takes it lets it go on, with handlers for what comes.
                        asked.result().pause();
                        if (!opened.complete(new OpenedSocket(asked.result(), context, null))) {
                            var unused = asked.result().close();
                        }
                    });
        }

        private void failed(Throwable why, List<String> hosts, int index) {
            boolean elsewhere = why instanceof ConnectException || why instanceof NoRouteToHostException;
            if (elsewhere && index + 1 < hosts.size() && !opened.isDone()) {
                connect(hosts, index + 1);
            } else if (why instanceof UpgradeRejectedException refused) {
                opened.complete(new OpenedSocket(
                        null,
                        context,
                        new LocalAnswer(
                                refused.getStatus(),
                                TransportHttp.single(refused.getHeaders()),
                                refused.getBody(),
                                null)));
            } else if (why instanceof WebSocketHandshakeException) {
                opened.completeExceptionally(new CapabilityException(
                        ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                        TransportHttp.host(call) + " did not answer the handshake of a WebSocket as RFC 6455 asks, or"
                                + " chose a subprotocol that it was not offered",
                        why));
            } else {
                opened.completeExceptionally(Unreachable.because(call, why));
            }
        }
    }
}
