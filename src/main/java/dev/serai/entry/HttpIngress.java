package dev.serai.entry;

import dev.serai.access.Gate;
import dev.serai.invocation.ErrorCode;
import dev.serai.loop.EventLoops;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Endpoint;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/**
 * Serves the {@code platform-http:} endpoints of all routes on one port. Bind it in the registry as
 * {@value #NAME}. It listens once every route has started; when the context stops it refuses new
 * requests, waits for those in progress, gives up what outlasts the stop timeout, and then lets the routes stop.
 */
public final class HttpIngress implements PlatformHttpEngine, CamelContextAware {
    /** The registry name under which the {@code platform-http} component looks for its engine. */
    public static final String NAME = "platform-http-engine";

    private static final String OBSERVED = "/observe/";
    private static final String ADMIN = "/admin/";
    private static final int PROBES_AT_A_TIME = 64;
    private static final long PROBE_BYTES = 1L << 20;
    private static final int PROBE_THREADS = 4;
    private static final int OPERATORS_AT_A_TIME = 64;
    private static final long OPERATOR_BYTES = 64L << 20;
    private static final int OPERATOR_THREADS = 4;

    private final HttpServerOptions options;
    private final Gate gate;
    private final EventLoops loops;
    private final Predicate<Endpoint> nonBlocking;
    private final Refusals refusals = new Refusals();
    private final Lane calls;
    /** Answered however many calls there are, and whatever operators' requests wait for. */
    private final Lane probes;

    private final Lane operators;
    private @Nullable CamelContext context;
    private volatile @Nullable IngressServer server;
    private volatile boolean leaving;
    private volatile boolean draining;
    private volatile @Nullable Runnable beforeAbandoning;
    private final AtomicInteger abandoned = new AtomicInteger();
    private volatile PathTable paths = PathTable.EMPTY;

    /**
     * Not listening yet.
     *
     * @param gate asked about every request before its body is read
     * @param loops what requests are read and answered on
     * @param nonBlocking tells whether the route that begins at an endpoint may run there, too
     */
    public HttpIngress(HttpServerOptions options, Gate gate, EventLoops loops, Predicate<Endpoint> nonBlocking) {
        this(options, gate, loops, nonBlocking, RequestThreads.create(options.threads()));
    }

    HttpIngress(
            HttpServerOptions options,
            Gate gate,
            EventLoops loops,
            Predicate<Endpoint> nonBlocking,
            ExecutorService threads) {
        this.options = options;
        this.gate = gate;
        this.loops = loops;
        this.nonBlocking = nonBlocking;
        this.calls = new Lane(new Admission(options.maxConcurrent(), options.maxBuffered(), refusals), threads);
        this.probes = Lane.of(PROBES_AT_A_TIME, PROBE_BYTES, PROBE_THREADS, refusals);
        this.operators = Lane.of(OPERATORS_AT_A_TIME, OPERATOR_BYTES, OPERATOR_THREADS, refusals);
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        if (context != null) {
            return;
        }
        context = camelContext;
        try {
            camelContext.addStartupListener(new ListenWhenStarted());
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP entry cannot be started", e);
        }
        camelContext.addLifecycleStrategy(new DrainFirst());
    }

    @Override
    public CamelContext getCamelContext() {
        return Objects.requireNonNull(context, "no Camel context yet");
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new IngressConsumer(this, endpoint, processor);
    }

    /** The port it listens on; before that the configured one, which may be 0. */
    @Override
    public int getServerPort() {
        IngressServer running = server;
        return running == null ? options.port() : running.port();
    }

    /** Whether it has begun to listen. */
    public boolean isListening() {
        return server != null;
    }

    @Override
    public String getScheme() {
        return options.tls() == null ? "http" : "https";
    }

    /** What has been refused before it was a call. */
    public Refusals refusals() {
        return refusals;
    }

    /** Requests that have arrived whole and are not answered yet. */
    public int requestsInProgress() {
        return calls.admission().requests();
    }

    /** Bytes of request bodies held, whole ones and those still arriving. */
    public long bytesInProgress() {
        return calls.admission().bytes();
    }

    /** Open connections of clients. */
    public int connections() {
        IngressServer running = server;
        return running == null ? 0 : running.connections();
    }

    /** What calls that had to wait go on with. */
    public Executor workers() {
        return calls.threads();
    }

    private void close() {
        IngressServer running = server;
        server = null;
        if (running != null) {
            running.close();
        }
        calls.threads().shutdown();
        probes.threads().shutdown();
        operators.threads().shutdown();
    }

    HttpServerOptions options() {
        return options;
    }

    Gate gate() {
        return gate;
    }

    EventLoops loops() {
        return loops;
    }

    boolean isNonBlocking(Endpoint entry) {
        return nonBlocking.test(entry);
    }

    /** Whose places and threads a request for this path takes. */
    Lane lane(@Nullable String path) {
        if (path != null && path.startsWith(OBSERVED)) {
            return probes;
        }
        return path != null && path.startsWith(ADMIN) ? operators : calls;
    }

    PathTable paths() {
        return paths;
    }

    /** Why the request for this path is refused now; {@code null} where it is taken. Probes are answered to the end. */
    @Nullable
    Reply refusal(String path) {
        if (!draining || path.startsWith(OBSERVED)) {
            return null;
        }
        refusals.note(ErrorCode.SHUTTING_DOWN);
        return Reply.shuttingDown();
    }

    /** From now on {@code ready} says no; calls are still taken. */
    public void leave() {
        leaving = true;
    }

    /** From now on no calls are taken. */
    public void drain() {
        draining = true;
        IngressServer running = server;
        if (running != null) {
            running.endBackground();
        }
    }

    /** Has this run once the requests in progress have had their time, before they are given up. */
    public void beforeAbandoning(Runnable last) {
        beforeAbandoning = last;
    }

    boolean isLeaving() {
        return leaving || draining;
    }

    /** Whether no calls are taken any more. */
    boolean isDraining() {
        return draining;
    }

    /** Requests that a stop gave up and answered with {@code shutting_down}. */
    public int requestsAbandoned() {
        return abandoned.get();
    }

    void noteAbandoned() {
        abandoned.incrementAndGet();
    }

    synchronized void add(IngressConsumer consumer) {
        paths = paths.with(consumer);
    }

    synchronized void remove(IngressConsumer consumer) {
        paths = paths.without(consumer);
    }

    private final class ListenWhenStarted implements ExtendedStartupListener {
        @Override
        public void onCamelContextStarted(CamelContext camelContext, boolean alreadyStarted) {
            // Routes may still be starting.
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext camelContext, boolean alreadyStarted) {
            server = IngressServer.listen(HttpIngress.this);
        }
    }

    private final class DrainFirst extends LifecycleStrategySupport {
        @Override
        public void onContextStopping(CamelContext camelContext) {
            drain();
            IngressServer running = server;
            if (running != null) {
                running.awaitIdle(options.stopTimeout());
                Runnable last = beforeAbandoning;
                if (last != null && requestsInProgress() > 0) {
                    last.run();
                }
                running.abandon();
            }
        }

        @Override
        public void onContextStopped(CamelContext camelContext) {
            close();
        }
    }
}
