package dev.serai.flow;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Traces;
import dev.serai.loop.EventLoops;
import dev.serai.loop.Workers;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.UnitOfWorkHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A route of the user's that every call passes through, where there is one. It gets the call on an exchange of its own
 * and leaves the body it wants; with the header {@code CapabilityErrorCode} it refuses the call, for the reason in the
 * body. Calls that it makes itself pass through no hook.
 */
final class Hook {
    private static final Logger LOG = LoggerFactory.getLogger(Hook.class);
    private static final int LONGEST_REASON = 500;
    private static final int MOST_OBSERVED = 1_000;

    private final String name;
    private final CamelContext context;
    private final ProviderRoutes routes;
    private final EventLoops loops;
    private final Workers workers;
    private final Semaphore observed = new Semaphore(MOST_OBSERVED);
    private volatile @Nullable AsyncProducer producer;

    /** @param name of its {@code direct:} endpoint */
    Hook(String name, CamelContext context, ProviderRoutes routes, EventLoops loops, Workers workers) {
        this.name = name;
        this.context = context;
        this.routes = routes;
        this.loops = loops;
        this.workers = workers;
    }

    /** Does a step that may run the route, on a thread that may block; as {@link AsyncCallback} says. */
    boolean step(Exchange exchange, Runnable work, AsyncCallback callback) {
        if (loops.onLoop()) {
            workers.goOn(() -> {
                guarded(exchange, work);
                callback.done(false);
            });
            return false;
        }
        guarded(exchange, work);
        callback.done(true);
        return true;
    }

    private static void guarded(Exchange exchange, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            exchange.setException(e);
        }
    }

    boolean takes(Invocation invocation) {
        return routes.has(name) && (invocation.outer == null || !invocation.outer.inHook);
    }

    /** Runs the route and waits for its end or for that of the call; what it refuses or fails with is on the exchange. */
    void run(Exchange exchange, Invocation invocation) {
        Stoppable.run(exchange, passing -> {
            invocation.inHook = true;
            try {
                // First, because work that is begun has to be ended.
                AsyncProducer route = producer();
                new ProviderWork(invocation, passing).run(route);
            } finally {
                invocation.inHook = false;
            }
            if (passing.getException() == null) {
                refuse(passing.getMessage());
            }
        });
    }

    /** Runs the route on a copy of an exchange, beside the call; nothing of what it does counts. */
    void observe(Exchange exchange, Invocation invocation) {
        if (!observed.tryAcquire()) {
            LOG.warn("the route {} has not seen an answer, since {} others wait for it", name, MOST_OBSERVED);
            return;
        }
        Exchange copy = ProviderWork.apart(exchange);
        copy.getMessage().setHeader(InvocationHeaders.ID, invocation.life.capabilityId());
        copy.getMessage().setHeader(InvocationHeaders.CONVERSATION, invocation.conversation);
        copy.setProperty(Invocation.PROPERTY, invocation);
        invocation.inHook = true;
        AtomicBoolean over = new AtomicBoolean();
        workers.goOn(() -> {
            try {
                producer().process(copy, sync -> seen(copy, over, copy.getException()));
            } catch (Exception | Error e) {
                // Camel hands errors of some steps up, of others it tells.
                copy.setException(e);
                seen(copy, over, e);
            }
        });
    }

    private void seen(Exchange copy, AtomicBoolean over, @Nullable Throwable failure) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        observed.release();
        UnitOfWorkHelper.doneUow(copy.getUnitOfWork(), copy);
        if (failure != null) {
            LOG.warn("the route {} failed: {}", name, Traces.of(failure));
        }
    }

    private void refuse(Message left) {
        Object given = left.getHeader(InvocationHeaders.ERROR_CODE);
        if (given != null) {
            throw new CapabilityException(code(given.toString()), reason(left.getBody(String.class)));
        }
    }

    private ErrorCode code(String given) {
        try {
            return ErrorCode.valueOf(given.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new CapabilityException(
                    ErrorCode.INTERNAL_ERROR,
                    "the route " + name + " refused the call with CapabilityErrorCode set to what is no error code");
        }
    }

    private String reason(@Nullable String given) {
        if (given == null || given.isBlank()) {
            return "the route " + name + " refused the call";
        }
        String plain = given.replaceAll("\\p{Cntrl}", " ").strip();
        return plain.substring(0, Math.min(LONGEST_REASON, plain.length()));
    }

    /** Puts what was asked for on a message. */
    static void show(Message message, Map<String, Object> asked) {
        for (String header : InvocationHeaders.ASKED) {
            Object value = asked.get(header);
            if (value != null) {
                message.setHeader(header, value);
            }
        }
    }

    private AsyncProducer producer() throws Exception {
        AsyncProducer made = producer;
        if (made == null) {
            // Made twice by two that come first together: it holds nothing.
            made = context.getEndpoint("direct:" + name).createAsyncProducer();
            ServiceHelper.startService(made);
            producer = made;
        }
        return made;
    }
}
