package dev.serai.flow;

import dev.serai.lifecycle.Stage;
import dev.serai.loop.EventLoops;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Hands the exchange to {@code direct:<provider>-call}. A provider route ends with its own last step: what
 * it says about ending the exchange ({@code stop}, a rollback mark, a handled error) does not reach the
 * flow, which would go without an answer.
 *
 * <p>A call that is on an event loop stays there where nothing in the provider's route blocks; its failure goes on with
 * a worker, since what mends it may block. Every other call runs the route on a thread that waits for it.
 */
public final class CallProvider extends AsyncProcessorSupport implements NonBlocking {
    private final CamelContext context;
    private final NonBlockingRoutes nonBlocking;
    private final CancelNotices notices;
    private final BatchCalls batches;
    private final EventLoops loops;
    private final Workers workers;
    private final ConcurrentHashMap<String, AsyncProducer> producers = new ConcurrentHashMap<>();

    public CallProvider(
            CamelContext context,
            NonBlockingRoutes nonBlocking,
            CancelNotices notices,
            BatchCalls batches,
            EventLoops loops,
            Workers workers) {
        this.context = context;
        this.nonBlocking = nonBlocking;
        this.notices = notices;
        this.batches = batches;
        this.loops = loops;
        this.workers = workers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Invocation invocation = Invocation.of(exchange);
        if (BatchCalls.rule(invocation.plan()) != null && joins(exchange, invocation, callback)) {
            return false;
        }
        if (!loops.onLoop()) {
            Stoppable.run(exchange, this::waitFor);
            callback.done(true);
            return true;
        }
        if (nonBlocking.isCall(invocation.plan().provider())) {
            return start(invocation, exchange, callback);
        }
        workers.goOn(() -> {
            Stoppable.run(exchange, this::waitFor);
            callback.done(false);
        });
        return false;
    }

    /** Whether it waits for others that go with it. */
    private boolean joins(Exchange exchange, Invocation invocation, AsyncCallback callback) {
        if (invocation.life.stage().isEnd()) {
            return false;
        }
        invocation.life.advance(Stage.CALLING);
        return batches.take(exchange, invocation, call -> Stoppable.run(call, this::waitFor), callback);
    }

    private void waitFor(Exchange exchange) throws Exception {
        Invocation invocation = Invocation.of(exchange);
        invocation.life.advance(Stage.CALLING);
        ProviderWork work = new ProviderWork(invocation, exchange);
        try {
            work.run(producer(invocation.plan().provider()));
        } finally {
            notify(invocation, work.exchange());
        }
    }

    private boolean start(Invocation invocation, Exchange exchange, AsyncCallback callback) {
        try {
            Stops.check(invocation.life.stage());
            invocation.life.advance(Stage.CALLING);
            boolean ended = producer(invocation.plan().provider()).process(exchange, sync -> {
                if (!sync) {
                    ended(invocation, exchange, callback);
                }
            });
            if (!ended) {
                return false;
            }
        } catch (Exception | Error e) {
            exchange.setException(e);
        }
        if (isFine(invocation, exchange)) {
            callback.done(true);
            return true;
        }
        ended(invocation, exchange, callback);
        return false;
    }

    private void ended(Invocation invocation, Exchange exchange, AsyncCallback callback) {
        if (isFine(invocation, exchange)) {
            callback.done(false);
        } else if (loops.onLoop()) {
            workers.goOn(() -> failed(invocation, exchange, callback));
        } else {
            failed(invocation, exchange, callback);
        }
    }

    private static boolean isFine(Invocation invocation, Exchange exchange) {
        return exchange.getException() == null && !invocation.life.stage().isEnd();
    }

    private void failed(Invocation invocation, Exchange exchange, AsyncCallback callback) {
        notify(invocation, exchange);
        if (exchange.getException() == null) {
            exchange.setException(Stops.in(invocation.life.stage()));
        }
        callback.done(false);
    }

    /** Of a call that was stopped its server is told. */
    private void notify(Invocation invocation, Exchange exchange) {
        if (Stops.in(invocation.life.stage()) != null) {
            notices.send(invocation, exchange);
        }
    }

    /** As many as there are providers with routes. */
    private AsyncProducer producer(String provider) throws Exception {
        AsyncProducer known = producers.get(provider);
        if (known != null) {
            return known;
        }
        AsyncProducer made =
                context.getEndpoint("direct:" + provider + ProviderRoutes.CALL).createAsyncProducer();
        ServiceHelper.startService(made);
        AsyncProducer raced = producers.putIfAbsent(provider, made);
        return raced == null ? made : raced;
    }
}
