package dev.serai.flow;

import dev.serai.capability.Capability;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.trace.Tracing;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/**
 * Tells servers that nobody waits for a call any more, where their provider has a route for that. In the background,
 * a few at a time; what is too much is left out, since the connection has been cut anyway.
 */
public final class CancelNotices {
    private static final int MOST_WAITING = 10_000;
    private static final int AT_A_TIME = 16;

    private final ProducerTemplate template;
    private final ProviderRoutes routes;
    private final Executor executor;
    private final Duration timeout;
    private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicInteger running = new AtomicInteger();

    /** @param timeout bound on each */
    public CancelNotices(ProducerTemplate template, ProviderRoutes routes, Executor executor, Duration timeout) {
        this.template = template;
        this.routes = routes;
        this.executor = executor;
        this.timeout = timeout;
    }

    /** @param stopped the exchange that the provider's route worked on: what it noted there says which call is meant */
    void send(Invocation invocation, Exchange stopped) {
        Plan plan = invocation.plan();
        Attempt attempt = invocation.attempt;
        if (attempt == null || !routes.has(plan.provider(), ProviderRoutes.CANCEL)) {
            return;
        }
        Map<String, Object> noted = new HashMap<>(stopped.getProperties());
        noted.remove(Invocation.PROPERTY);
        if (waiting.offer(() -> send(plan, attempt, noted))) {
            work();
        }
    }

    private void work() {
        if (running.incrementAndGet() > AT_A_TIME) {
            running.decrementAndGet();
            return;
        }
        try {
            executor.execute(this::sendAll);
        } catch (RejectedExecutionException e) {
            running.decrementAndGet();
        }
    }

    private void sendAll() {
        Runnable next = waiting.poll();
        while (next != null) {
            next.run();
            next = waiting.poll();
        }
        running.decrementAndGet();
        if (!waiting.isEmpty()) {
            work();
        }
    }

    private void send(Plan plan, Attempt attempt, Map<String, Object> noted) {
        Capability capability = plan.capability();
        UpstreamCall call = attempt.call().notice(System.nanoTime() + timeout.toNanos(), Tracing.untraced());
        // A server that cannot be told is one that does not answer: nothing follows from that.
        var unused = template.send("direct:" + plan.provider() + ProviderRoutes.CANCEL, exchange -> {
            noted.forEach(exchange::setProperty);
            exchange.setProperty(UpstreamCall.PROPERTY, call);
            exchange.getMessage().getHeaders().putAll(capability.metadata());
            exchange.getMessage().setHeader(InvocationHeaders.ID, capability.id());
        });
    }
}
