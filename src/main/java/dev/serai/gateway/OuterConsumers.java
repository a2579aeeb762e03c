package dev.serai.gateway;

import dev.serai.invocation.Traces;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What brings work into the gateway from outside beside HTTP: timers, queues, files. Each is suspended on a thread of
 * its own, so that one that fails or hangs keeps neither the others nor the drain.
 */
final class OuterConsumers {
    private static final Logger LOG = LoggerFactory.getLogger(OuterConsumers.class);
    /** What waits behind these has been accepted; the HTTP entry stops taking by itself. */
    private static final Set<String> INNER = Set.of("direct", "seda", "platform-http");

    private final List<Thread> suspending = new ArrayList<>();

    /** Suspends all; returns when that is done or has taken so long, and then goes on with it. */
    void suspend(CamelContext context, long longestNanos) throws InterruptedException {
        long deadline = System.nanoTime() + longestNanos;
        for (Route route : context.getRoutes()) {
            String uri = route.getEndpoint().getEndpointUri();
            if (!INNER.contains(uri.substring(0, Math.max(0, uri.indexOf(':'))))) {
                Thread thread = new Thread(() -> suspend(route), "serai-suspend-" + route.getRouteId());
                thread.setDaemon(true);
                thread.start();
                suspending.add(thread);
            }
        }
        for (Thread thread : suspending) {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
            if (thread.isAlive()) {
                LOG.warn("{} still runs; the stop goes on without it", thread.getName());
            }
        }
    }

    private static void suspend(Route route) {
        try {
            ServiceHelper.suspendService(route.getConsumer());
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("Route {} could not be suspended: {}", route.getRouteId(), Traces.of(e));
        }
    }

    /** Ends what still hangs. */
    void giveUp() {
        suspending.forEach(Thread::interrupt);
    }
}
