package dev.serai.flow;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ReactiveExecutor;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.UnitOfWorkHelper;

/**
 * One run of a provider's route, on an exchange of its own: a route that cannot be interrupted, because a step of it
 * goes on elsewhere, may still work on it when its caller has been answered, and touches nobody else's.
 */
final class ProviderWork {
    private final Invocation invocation;
    private final Exchange caller;
    private final Exchange exchange;
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Set by the first: the route that ends, or the caller that leaves it. */
    private final AtomicBoolean decided = new AtomicBoolean();

    ProviderWork(Invocation invocation, Exchange caller) {
        this.invocation = invocation;
        this.caller = caller;
        this.exchange = caller.copy();
        this.exchange
                .getExchangeExtension()
                .setUnitOfWork(
                        PluginHelper.getUnitOfWorkFactory(caller.getContext()).createUnitOfWork(exchange));
    }

    /** Runs the route and waits for its end, or until the current thread is interrupted. */
    void run(AsyncProcessor route) throws InterruptedException {
        invocation.workBegins();
        route.process(exchange, sync -> routeEnded());
        // What Camel has queued for this thread would wait for its return.
        ReactiveExecutor queue =
                exchange.getContext().getCamelContextExtension().getReactiveExecutor();
        while (ended.getCount() > 0 && queue.executeFromQueue()) {
            // It has been run.
        }
        try {
            ended.await();
        } catch (InterruptedException e) {
            if (decided.compareAndSet(false, true)) {
                throw e;
            }
        }
        takeOver();
        invocation.workEnds();
    }

    Exchange exchange() {
        return exchange;
    }

    private void routeEnded() {
        if (decided.compareAndSet(false, true)) {
            ended.countDown();
        } else {
            UnitOfWorkHelper.doneUow(exchange.getUnitOfWork(), exchange);
            invocation.workEnds();
        }
    }

    /** What a route says about ending the exchange stays with it. */
    private void takeOver() {
        exchange.getUnitOfWork().handoverSynchronization(caller);
        UnitOfWorkHelper.doneUow(exchange.getUnitOfWork(), exchange);
        exchange.getProperties().forEach(caller::setProperty);
        caller.setException(exchange.getException());
        caller.setMessage(exchange.getMessage());
    }
}
