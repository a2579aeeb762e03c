package dev.serai.http;

import dev.serai.invocation.CallLabel;
import dev.serai.invocation.CapabilityException;
import dev.serai.loop.EventLoops;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import io.netty.util.HashedWheelTimer;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * The step behind {@code direct:call-upstream} where a server may be a process of this machine, or be reached by a
 * transport of its own. What a provider's route leaves on the message and finds there is the same as with
 * {@link UpstreamStep}, which does all the rest.
 */
public final class LocalStep extends AsyncProcessorSupport implements NonBlocking {
    /** Answers on lines of their own are bounded there. */
    private static final AnswerMemory NOWHERE = new AnswerMemory(Long.MAX_VALUE);

    private final UpstreamStep network;
    private final LocalServers servers;
    private final Transports transports;
    private final HashedWheelTimer timers;
    private final EventLoops loops;
    private final Workers workers;
    private final OutboundRequests requests;

    public LocalStep(
            UpstreamStep network,
            LocalServers servers,
            Transports transports,
            HashedWheelTimer timers,
            UpstreamClient client,
            Workers workers) {
        this.network = network;
        this.servers = servers;
        this.transports = transports;
        this.timers = timers;
        this.loops = client.loops();
        this.workers = workers;
        this.requests = new OutboundRequests(client);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call == null || call.serverUrl().isEmpty()) {
            return network.process(exchange, callback);
        }
        boolean local = LocalServers.isLocal(call.serverUrl());
        try {
            Transport transport = local ? null : transports.of(call);
            if (!local && transport == null) {
                return network.process(exchange, callback);
            }
            Outbound outbound = requests.make(exchange, call);
            CallGuard guard = new CallGuard(timers, call);
            CompletableFuture<LocalAnswer> answer = transport == null
                    ? servers.send(request(call.serverUrl().substring(LocalServers.SCHEME.length()), outbound))
                    : transport.send(call, request(TransportHttp.host(call), outbound));
            guard.attach(() -> answer.cancel(false));
            if (loops.onLoop()) {
                CallLabel label = CallLabel.current();
                // The answer comes on a thread that reads for all calls of its process.
                var unused = answer.whenComplete((arrived, failure) -> {
                    CallLabel.set(label);
                    workers.goOn(() -> {
                        take(exchange, call, outbound, guard, arrived, failure);
                        callback.done(false);
                    });
                });
                CallLabel.set(null);
                return false;
            }
            waitFor(answer, exchange, call, outbound, guard);
        } catch (Exception | Error e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    private static LocalRequest request(String name, Outbound outbound) {
        Map<String, String> headers = new HashMap<>();
        outbound.headers().forEach(each -> headers.put(each.getKey().toLowerCase(Locale.ROOT), each.getValue()));
        return new LocalRequest(name, outbound.method().name(), headers, outbound.body());
    }

    /** An interrupt gives the request up, whose end then comes at once. */
    private static void waitFor(
            CompletableFuture<LocalAnswer> answer,
            Exchange exchange,
            UpstreamCall call,
            Outbound outbound,
            CallGuard guard) {
        boolean interrupted = false;
        LocalAnswer arrived = null;
        Throwable failure = null;
        while (arrived == null && failure == null) {
            try {
                arrived = answer.get();
            } catch (InterruptedException e) {
                interrupted = true;
                answer.cancel(false);
            } catch (ExecutionException | CancellationException e) {
                failure = e;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        take(exchange, call, outbound, guard, arrived, failure);
    }

    /** Leaves the answer, or the failure, on the exchange. */
    private static void take(
            Exchange exchange,
            UpstreamCall call,
            Outbound outbound,
            CallGuard guard,
            @Nullable LocalAnswer arrived,
            @Nullable Throwable failure) {
        InputStream events = arrived == null ? null : arrived.stream();
        if (events == null) {
            guard.close();
        }
        if (arrived == null) {
            exchange.setException(told(call, failure));
            return;
        }
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(arrived.headers());
        try {
            UpstreamAnswer.show(
                    new Arrival(arrived.status(), headers, arrived.body(), NOWHERE.place(), null),
                    exchange,
                    call,
                    outbound);
        } catch (RuntimeException | Error e) {
            exchange.setException(e);
            return;
        }
        if (events != null) {
            LocalStream stream = new LocalStream(events, guard);
            guard.attach(() -> close(events));
            exchange.getMessage().setBody(stream);
        }
    }

    private static Throwable told(UpstreamCall call, @Nullable Throwable failure) {
        Throwable cause = failure instanceof ExecutionException || failure instanceof CompletionException
                ? failure.getCause()
                : failure;
        if (cause instanceof CapabilityException known) {
            return known;
        }
        if (cause == null || cause instanceof CancellationException) {
            return Transfer.stopped(cause);
        }
        String what = LocalServers.isLocal(call.serverUrl())
                ? "the process of " + call.serverUrl()
                : (Transports.isSocket(call) ? "the connection to " : "the event stream of ")
                        + TransportHttp.host(call);
        return new UpstreamUnreachableException(what + " ended before it had answered", false, cause);
    }

    private static void close(InputStream events) {
        try {
            events.close();
        } catch (IOException e) {
            // It is over either way.
        }
    }
}
