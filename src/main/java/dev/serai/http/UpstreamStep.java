package dev.serai.http;

import dev.serai.invocation.CallLabel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.loop.EventLoops;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import io.netty.util.HashedWheelTimer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP step behind {@code direct:call-upstream}. In: the body and the HTTP headers that the
 * provider route set, {@code CamelHttpMethod} (POST without it), {@code CamelHttpPath} (appended to
 * the server's URL) and {@code CamelHttpQuery}. A tree or a map goes out as JSON. Target, credential and deadline come from the
 * declaration. Out: {@code CamelHttpResponseCode}, the answer's headers that may pass, and the body:
 * an {@link java.io.InputStream} for an event stream, else the bytes. An answer that is not 2xx is an
 * {@link UpstreamStatusException}. A request is sent once and is never repeated here.
 *
 * <p>On an event loop it waits without the thread. An answer that is quickly dealt with goes on there; a stream, a long
 * answer, a failure, whose consequences may block, and any answer once routes have changed go on with a worker. Any other
 * thread waits in the step.
 */
public final class UpstreamStep extends AsyncProcessorSupport implements NonBlocking {
    /** Bytes; to parse more holds the other calls of the event loop up. */
    private static final int QUICK = 64 * 1024;

    private final HashedWheelTimer timers;
    private final UpstreamClient client;
    private final EventLoops loops;
    private final Workers workers;
    private final OutboundRequests requests;

    public UpstreamStep(HashedWheelTimer timers, UpstreamClient client, Workers workers) {
        this.timers = timers;
        this.client = client;
        this.loops = client.loops();
        this.workers = workers;
        this.requests = new OutboundRequests(client);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            UpstreamCall call = call(exchange);
            Outbound outbound = requests.make(exchange, call);
            if (!loops.onLoop()) {
                waitFor(exchange, call, outbound);
            } else {
                List<InetAddress> addresses =
                        client.known(outbound.network(), outbound.target().host());
                if (addresses != null) {
                    start(exchange, call, outbound, addresses, callback);
                    return false;
                }
                workers.goOn(() -> {
                    waitFor(exchange, call, outbound);
                    callback.done(false);
                });
                return false;
            }
        } catch (Exception | Error e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    private static UpstreamCall call(Exchange exchange) {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call == null) {
            throw new IllegalStateException("direct:call-upstream serves provider routes only");
        }
        if (call.serverUrl().isEmpty()) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE,
                    "the declaration names no server: add " + call.capability().provider() + "_server_url");
        }
        return call;
    }

    private void start(
            Exchange exchange,
            UpstreamCall call,
            Outbound outbound,
            List<InetAddress> addresses,
            AsyncCallback callback) {
        CallGuard guard = new CallGuard(timers, call);
        Context own = Vertx.currentContext();
        Context context = client.context(own);
        Transfer transfer = new Transfer(client, context, outbound, call, guard, addresses);
        CallLabel label = CallLabel.current();
        long edition = loops.routes().current();
        var unused = transfer.outcome().whenComplete((arrival, failure) -> {
            CallLabel.set(label);
            take(exchange, call, outbound, guard, arrival, failure);
            if (exchange.getException() == null
                    && loops.routes().is(edition)
                    && arrival.stream() == null
                    && arrival.body().length() <= QUICK) {
                callback.done(false);
                CallLabel.set(null);
            } else {
                workers.goOn(() -> callback.done(false));
            }
        });
        CallLabel.set(null);
        if (context == own) {
            transfer.begin();
        } else {
            context.runOnContext(begin -> transfer.begin());
        }
    }

    private void waitFor(Exchange exchange, UpstreamCall call, Outbound outbound) {
        CallGuard guard = new CallGuard(timers, call);
        Arrival arrival = null;
        Throwable failure = null;
        try {
            String host = outbound.target().host();
            List<InetAddress> known = client.known(outbound.network(), host);
            List<InetAddress> addresses =
                    known != null ? known : client.addresses().look(host);
            Context context = client.context(null);
            Transfer transfer = new Transfer(client, context, outbound, call, guard, addresses);
            context.runOnContext(begin -> transfer.begin());
            arrival = await(transfer);
        } catch (UnknownHostException e) {
            failure = Unreachable.because(call, e);
        } catch (ExecutionException e) {
            failure = e.getCause();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        take(exchange, call, outbound, guard, arrival, failure);
    }

    /** An interrupt cuts the transfer, whose end then comes at once. */
    private static Arrival await(Transfer transfer) throws ExecutionException {
        CompletableFuture<Arrival> outcome = transfer.outcome();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return outcome.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    transfer.cut();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What came of an answer is in memory until its exchange has ended. */
    private static void leaveAtEnd(Exchange exchange, AnswerMemory.Place place) {
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange ended) {
                place.leave();
            }
        });
    }

    /** Leaves the answer, or the failure, on the exchange. */
    private static void take(
            Exchange exchange,
            UpstreamCall call,
            Outbound outbound,
            CallGuard guard,
            @Nullable Arrival arrival,
            @Nullable Throwable failure) {
        if (arrival == null || arrival.stream() == null) {
            guard.close();
        }
        if (arrival == null) {
            exchange.setException(failure);
            return;
        }
        if (arrival.stream() != null || arrival.body().length() > AnswerMemory.USUAL) {
            leaveAtEnd(exchange, arrival.place());
        }
        try {
            UpstreamAnswer.show(arrival, exchange, call, outbound);
        } catch (RuntimeException | Error e) {
            exchange.setException(e);
        }
    }
}
