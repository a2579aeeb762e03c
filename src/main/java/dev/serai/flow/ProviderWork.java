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

    private final AtomicBoolean over = new AtomicBoolean();

    ProviderWork(Invocation invocation, Exchange caller) {
        this.invocation = invocation;
        this.caller = caller;
        this.exchange = apart(caller);
    }

    /** A copy with a unit of work of its own, so that the end of the one is not that of the other. */
    static Exchange apart(Exchange exchange) {
        Exchange copy = exchange.copy();
        copy.getExchangeExtension()
                .setUnitOfWork(
                        PluginHelper.getUnitOfWorkFactory(exchange.getContext()).createUnitOfWork(copy));
        return copy;
    }

    /** Runs the route and waits for its end, or until the current thread is interrupted. */
    void run(AsyncProcessor route) throws InterruptedException {
        invocation.workBegins();
        try {
            start(route);
        } catch (RuntimeException | Error e) {
            // Camel hands errors of some steps up, and then nobody is told of the end.
            exchange.setException(e);
            routeEnded();
        }
        try {
            ended.await();
        } catch (InterruptedException e) {
            if (decided.compareAndSet(false, true)) {
                throw e;
            }
        }
        try {
            takeOver();
        } finally {
            invocation.workEnds();
        }
    }

    private void start(AsyncProcessor route) {
        route.process(exchange, sync -> routeEnded());
        // What Camel has queued for this thread would wait for its return.
        ReactiveExecutor queue =
                exchange.getContext().getCamelContextExtension().getReactiveExecutor();
        while (ended.getCount() > 0 && queue.executeFromQueue()) {
            // It has been run.
        }
    }

    Exchange exchange() {
        return exchange;
    }

    private void routeEnded() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        if (decided.compareAndSet(false, true)) {
            ended.countDown();
        } else {
            try {
                UnitOfWorkHelper.doneUow(exchange.getUnitOfWork(), exchange);
            } finally {
                invocation.workEnds();
            }
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
