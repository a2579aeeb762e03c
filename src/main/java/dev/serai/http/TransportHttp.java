package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import io.netty.util.HashedWheelTimer;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP requests of a {@link Transport}: over the same connections and under the same bounds as those of calls. */
public final class TransportHttp {
    private final HashedWheelTimer timers;
    private final UpstreamClient client;
    private final OutboundRequests requests;
    private final Executor executor;
    private final Unasked unasked;
    private final SocketClient sockets;

    /**
     * Nothing is sent yet.
     *
     * @param executor runs what may block, such as looking names up
     * @param unasked told of what servers say by themselves
     */
    public TransportHttp(HashedWheelTimer timers, UpstreamClient client, Executor executor, Unasked unasked) {
        this.timers = timers;
        this.client = client;
        this.requests = new OutboundRequests(client);
        this.executor = executor;
        this.unasked = unasked;
        this.sockets = new SocketClient(client, requests, executor);
    }

    /**
     * Opens a connection for messages both ways (RFC 6455); never blocks. Cancelling what is returned gives it up.
     *
     * @param path below the server's URL; empty for the URL itself
     * @param headers of the request that opens it, the credential's too; a credential that is a query parameter is added
     * @param protocols that the server may choose from; may be empty
     * @param maxMessage the largest message that is taken, in bytes; at least 1
     */
    public CompletableFuture<OpenedSocket> open(
            UpstreamCall call, String path, Map<String, String> headers, List<String> protocols, int maxMessage) {
        return sockets.open(call, path, headers, protocols, maxMessage);
    }

    /** Runs what takes a while. */
    public void aside(Runnable action) {
        executor.execute(action);
    }

    /** Whom a transport tells what its servers say by themselves. */
    public Unasked unasked() {
        return unasked;
    }

    /** The largest message that a server may send, in bytes. */
    public int maxMessage() {
        return client.limits().maxBody();
    }

    /** Runs what may block. */
    public Executor executor() {
        return executor;
    }

    /**
     * A way to the server of this call, by the declaration's network; connects when it is first used.
     *
     * @param single whether it is one connection, whose loss is the end of it
     * @throws CapabilityException where there is no such way
     */
    public Http2Link http2(UpstreamCall call, boolean single) {
        return new Http2Link(
                client, executor, call.serverUrl(), requests.network(call), requests.connectTimeout(call), single);
    }

    /** Runs it after a while, on a thread that must not be held up. */
    public void later(Duration pause, Runnable action) {
        timers.newTimeout(due -> action.run(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How a server is called in messages: host and port. */
    public static String host(UpstreamCall call) {
        return Unreachable.host(call.serverUrl());
    }

    /**
     * Sends one request; never blocks, and ends with the call at the latest. Cancelling what is returned cuts it.
     *
     * @param url where it goes, of the call's own server; a credential that is a query parameter is added
     * @param headers all of them, the credential's too
     * @param lasting takes the answer where it is an event stream, which then has no deadline; {@code null} where none
     *     is expected
     * @return what is answered, whatever the status; of an event stream only the head
     */
    public CompletableFuture<LocalAnswer> send(
            UpstreamCall call,
            String method,
            String url,
            Map<String, String> headers,
            Buffer body,
            @Nullable StreamListener lasting) {
        CompletableFuture<LocalAnswer> answer = new CompletableFuture<>();
        try {
            Outbound outbound = outbound(call, HttpMethod.valueOf(method), url, headers, body, lasting);
            String host = outbound.target().host();
            List<InetAddress> known = client.known(outbound.network(), host);
            if (known != null) {
                begin(call, outbound, known, answer);
            } else {
                executor.execute(() -> {
                    try {
                        begin(call, outbound, client.addresses().look(host), answer);
                    } catch (UnknownHostException e) {
                        answer.completeExceptionally(Unreachable.because(call, e));
                    }
                });
            }
        } catch (IllegalArgumentException | CapabilityException | RejectedExecutionException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private Outbound outbound(
            UpstreamCall call,
            HttpMethod method,
            String url,
            Map<String, String> headers,
            Buffer body,
            @Nullable StreamListener lasting) {
        MultiMap all = HttpHeaders.headers();
        headers.forEach(all::set);
        if (body.length() > 0) {
            all.set("Content-Length", Integer.toString(body.length()));
        }
        String secret = Targets.parameter(call.credential());
        String joined = Targets.query(url, "", secret);
        Target target = Target.of(Targets.join(url, "") + (joined.isEmpty() ? "" : "?" + joined));
        return new Outbound(method, target, all, body, requests.connectTimeout(call), requests.network(call), lasting);
    }

    private void begin(
            UpstreamCall call, Outbound outbound, List<InetAddress> addresses, CompletableFuture<LocalAnswer> answer) {
        CallGuard guard = new CallGuard(timers, call);
        Context context = client.context(null);
        Transfer transfer = new Transfer(client, context, outbound, call, guard, addresses);
        var unusedAnswer = answer.whenComplete((given, failure) -> {
            if (answer.isCancelled()) {
                transfer.cut();
            }
        });
        var unused = transfer.outcome().whenComplete((arrival, failure) -> {
            if (arrival == null) {
                guard.close();
                answer.completeExceptionally(failure);
                return;
            }
            if (arrival.stream() != null) {
                arrival.stream().close();
            }
            guard.close();
            arrival.place().leave();
            answer.complete(new LocalAnswer(arrival.status(), single(arrival.headers()), arrival.body(), null));
        });
        context.runOnContext(now -> transfer.begin());
    }

    static Map<String, String> single(MultiMap headers) {
        Map<String, String> single = new HashMap<>();
        headers.forEach(each -> single.putIfAbsent(each.getKey().toLowerCase(Locale.ROOT), each.getValue()));
        return single;
    }
}
