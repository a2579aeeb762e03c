package dev.serai.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.access.Access;
import dev.serai.access.AccessOptions;
import dev.serai.access.LocalCaller;
import dev.serai.access.StartRule;
import dev.serai.admission.Admission;
import dev.serai.capability.Availability;
import dev.serai.capability.CapabilityStore;
import dev.serai.credential.Credentials;
import dev.serai.credential.Secrets;
import dev.serai.delivery.ReplayedDeliveries;
import dev.serai.entry.AdminEntry;
import dev.serai.entry.CatalogEntry;
import dev.serai.entry.DeadLetterEntry;
import dev.serai.entry.EntryHeaderFilter;
import dev.serai.entry.HttpIngress;
import dev.serai.entry.HttpServerOptions;
import dev.serai.entry.ImportEntry;
import dev.serai.entry.InvocationsEntry;
import dev.serai.entry.ProtectedResourceEntry;
import dev.serai.entry.RequestThreads;
import dev.serai.entry.RestEntry;
import dev.serai.entry.StreamOverRest;
import dev.serai.flow.AdmitInvocation;
import dev.serai.flow.AfterInvoke;
import dev.serai.flow.BeginAttempt;
import dev.serai.flow.CallProvider;
import dev.serai.flow.CancelNotices;
import dev.serai.flow.CompleteInvocation;
import dev.serai.flow.DeclaredServers;
import dev.serai.flow.Explainer;
import dev.serai.flow.FailInvocation;
import dev.serai.flow.NonBlockingRoutes;
import dev.serai.flow.PlanBook;
import dev.serai.flow.PlanDefaults;
import dev.serai.flow.PrepareInvocation;
import dev.serai.flow.ProviderRoutes;
import dev.serai.flow.ProviderSessions;
import dev.serai.flow.ReceiveInvocation;
import dev.serai.flow.Replay;
import dev.serai.flow.Replicas;
import dev.serai.flow.ServerUrls;
import dev.serai.flow.SessionOpenings;
import dev.serai.flow.SessionRequired;
import dev.serai.flow.Timeouts;
import dev.serai.http.HttpClients;
import dev.serai.http.LocalStep;
import dev.serai.http.ObservedStep;
import dev.serai.http.SideClient;
import dev.serai.http.TransportHttp;
import dev.serai.http.Transports;
import dev.serai.http.Unasked;
import dev.serai.http.UpstreamClient;
import dev.serai.http.UpstreamLimits;
import dev.serai.http.UpstreamNetworks;
import dev.serai.http.UpstreamStep;
import dev.serai.jms.JmsEntry;
import dev.serai.jms.JmsOptions;
import dev.serai.lifecycle.InvocationListeners;
import dev.serai.lifecycle.Invocations;
import dev.serai.loop.EventLoops;
import dev.serai.loop.Step;
import dev.serai.loop.Workers;
import dev.serai.mcp.server.ProtocolServer;
import dev.serai.mcp.server.ServerOptions;
import dev.serai.oauth.OAuthTokens;
import dev.serai.session.PoolLimits;
import dev.serai.session.SessionPool;
import dev.serai.session.SessionSettings;
import dev.serai.store.StoredSessions;
import dev.serai.trace.Tracing;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.jspecify.annotations.Nullable;

/** Serai's own objects, made from the settings and bound under the names that the routes use. */
final class Beans implements AutoCloseable {
    private static final int TICK_MS = 10;
    private static final int BACKGROUND_THREADS = 128;
    /** With the checks, as many, and the notices: a server that hangs leaves threads for the others. */
    private static final int CLOSES_AT_A_TIME = 32;

    private static final int OPENS_AT_A_TIME = 16;

    private final HashedWheelTimer timers;
    private final PoolingHttpClientConnectionManager connections;
    private final EventLoops loops;
    private final UpstreamClient client;
    private final NonBlockingRoutes nonBlocking;
    private final SessionPool pool;
    private final @Nullable StoredSessions stored;
    private final DeliverySetup deliveries;
    private final PolicySetup policies;
    private final @Nullable KafkaSetup kafka;
    private final @Nullable JmsEntry jms;
    private final ExecutorService background;
    private final EmbeddedServers embedded;
    private final ListedServers listed;
    private final Transports transports;
    private final ProviderRoutes providers;
    private final Explainer explainer;
    private final SessionOpenings openings;
    private final Access access;
    private final Admission admission;
    private final @Nullable HttpIngress ingress;
    private final @Nullable Observing observing;
    private final Tracing tracing;
    private final String host;

    private Beans(
            CamelContext context,
            Settings settings,
            CapabilityStore store,
            Function<String, @Nullable String> environment,
            boolean http)
            throws Exception {
        this.access = access(settings, store, this::url, http);
        this.timers =
                new HashedWheelTimer(new DefaultThreadFactory("serai-deadlines", true), TICK_MS, TimeUnit.MILLISECONDS);
        Replacing.enable(context, http);
        UpstreamLimits limits = new UpstreamLimits(
                settings.number(Setting.UPSTREAM_MAX_BODY),
                settings.size(Setting.UPSTREAM_MAX_BUFFERED),
                settings.number(Setting.UPSTREAM_CONNECTIONS_PER_SERVER),
                settings.duration(Setting.UPSTREAM_CONNECT_TIMEOUT),
                settings.duration(Setting.UPSTREAM_IDLE_TIMEOUT));
        UpstreamNetworks networks = NetworkSettings.read(settings);
        this.connections = HttpClients.configure(context, timers, limits, networks.usual());
        HttpClients.closeIdle(connections, timers, limits);
        this.loops = new EventLoops(http ? Math.max(1, Runtime.getRuntime().availableProcessors()) : 1);
        this.client = new UpstreamClient(loops, limits, networks);
        this.nonBlocking = new NonBlockingRoutes(context, loops.routes());
        HttpServerOptions options = settings.http().stoppingWithin(settings.duration(Setting.SHUTDOWN_TIMEOUT));
        this.host = options.host();
        this.ingress = http ? new HttpIngress(options, access.gate(), loops, nonBlocking::beginsAt) : null;
        // A JVM takes 0.3 s longer to exit once a virtual thread has waited for a socket: too long for one call.
        this.background = http ? RequestThreads.create(BACKGROUND_THREADS) : RequestThreads.pool(BACKGROUND_THREADS);
        Workers workers = new Workers(ingress == null ? background : ingress.workers());
        this.embedded = new EmbeddedServers();
        Unasked unasked = new Unasked();
        context.getRegistry().bind("unasked", unasked);
        this.listed = new ListedServers(StdioSettings.read(settings, environment), background, unasked);
        TransportHttp transportHttp = new TransportHttp(timers, client, background, unasked);
        context.getRegistry().bind("transport-http", transportHttp);
        this.transports = new Transports(transportHttp);
        this.providers = new ProviderRoutes(
                context, settings.callableRoutes(), networks.named().keySet());
        this.stored = StoreSetup.open(settings, environment);
        this.pool = new SessionPool(poolLimits(settings), Ticker.systemTicker(), background, StoreSetup.keeper(stored));
        AtomicLong generations = new AtomicLong();
        Credentials credentials = new Credentials(
                environment,
                generations,
                new OAuthTokens(
                        new SideClient(client),
                        settings.duration(Setting.OAUTH_TIMEOUT),
                        new Secrets(environment),
                        generations::incrementAndGet,
                        Ticker.systemTicker(),
                        Clock.systemUTC(),
                        background));
        ServerUrls servers = new ServerUrls(environment, embedded::start);
        PlanBook plans = new PlanBook(store, servers, planDefaults(settings));
        ProviderSessions sessions = new ProviderSessions(
                context.createProducerTemplate(),
                providers,
                credentials,
                settings.duration(Setting.SESSION_OPEN_TIMEOUT),
                settings.duration(Setting.SESSION_CLOSE_TIMEOUT));
        this.explainer = new Explainer(plans, providers, credentials);
        this.openings = new SessionOpenings(store, plans, providers, servers, credentials, pool, sessions, background);
        InvocationListeners listeners = new InvocationListeners();
        Invocations invocations = new Invocations(listeners, settings.number(Setting.HISTORY));
        this.tracing = settings.tracing();
        Registry registry = context.getRegistry();
        registry.bind(Availability.NAME, providers);
        registry.bind(
                "prepareInvocation",
                new PrepareInvocation(
                        plans, access.rules(), providers, invocations, settings.number(Setting.MAX_ARGUMENTS)));
        registry.bind(
                "receiveInvocation",
                new ReceiveInvocation(
                        context,
                        providers,
                        invocations,
                        tracing,
                        loops,
                        workers,
                        timers,
                        settings.duration(Setting.TIMEOUT),
                        settings.number(Setting.MAX_ARGUMENTS)));
        CancelNotices notices = new CancelNotices(
                context.createProducerTemplate(),
                providers,
                background,
                settings.duration(Setting.SESSION_CLOSE_TIMEOUT));
        this.policies =
                new PolicySetup(context, settings, environment, providers, credentials, timers, workers, notices);
        policies.bind(registry, loops, workers);
        AfterInvoke after = new AfterInvoke(context, providers, loops, workers);
        registry.bind("afterInvoke", after);
        registry.bind(LocalCaller.NAME, new LocalCaller());
        this.admission = new Admission(settings.admission(), timers);
        registry.bind("workers", workers);
        registry.bind("sessionRequired", new SessionRequired());
        Replicas replicas = new Replicas();
        registry.bind("beginAttempt", new BeginAttempt(servers, replicas, credentials, pool, sessions, loops, workers));
        registry.bind(
                "callProvider", new CallProvider(context, nonBlocking, notices, policies.batches(), loops, workers));
        registry.bind("replay", new Replay(credentials, pool, sessions, replicas));
        registry.bind("completeInvocation", new CompleteInvocation(providers));
        registry.bind("failInvocation", new FailInvocation(pool, credentials, after));
        this.deliveries = new DeliverySetup(settings, environment, timers, workers);
        deliveries.bind(registry, settings, plans);
        this.kafka = ingress == null ? null : KafkaSetup.of(settings, registry, workers);
        JmsOptions overJms = http ? settings.jms() : null;
        this.jms = overJms == null ? null : JmsSetup.bind(context, overJms, settings, environment, workers);
        CallDrain calls = new CallDrain(invocations, admission, ingress, settings.duration(Setting.SHUTDOWN_TIMEOUT));
        listeners.add(calls);
        GracefulStop stop = new GracefulStop(
                calls,
                pool,
                stored,
                ingress,
                this::leave,
                this::cutUpstreams,
                settings.duration(Setting.SHUTDOWN_DELAY));
        context.addLifecycleStrategy(stop.beginning());
        if (ingress != null) {
            ingress.setCamelContext(context);
            registry.bind(HttpIngress.NAME, ingress);
            registry.bind("entry-headers", new EntryHeaderFilter());
            RestEntry rest = new RestEntry(tracing, ingress.refusals());
            registry.bind("admitRestCall", new Step(rest::admit));
            registry.bind("replyOverRest", new Step(rest::reply));
            registry.bind("stream-over-rest", new StreamOverRest(context, rest, nonBlocking::beginsAt, loops, workers));
            Duration patience = settings.duration(Setting.SESSION_OPEN_TIMEOUT).plusSeconds(1);
            registry.bind("admin-entry", new AdminEntry(pool, openings::open, patience));
            registry.bind(ImportEntry.NAME, new ImportEntry(listed, networks.usual()));
            registry.bind("dead-letter-entry", new DeadLetterEntry(new ReplayedDeliveries(deliveries.marks())));
            registry.bind("catalog-entry", new CatalogEntry(access.rules(), providers));
            registry.bind("protected-resource-entry", new ProtectedResourceEntry(access.metadata()));
            server(context, settings, store, environment, workers).bind(context);
            registry.bind("invocations-entry", new InvocationsEntry(invocations, admission));
        }
        this.observing = ingress == null
                ? null
                : new Observing(
                        settings,
                        registry,
                        listeners,
                        admission,
                        pool,
                        ingress,
                        store,
                        new DeclaredServers(store, servers));
        LocalStep upstream =
                new LocalStep(new UpstreamStep(timers, client, workers), listed, transports, timers, client, workers);
        registry.bind("upstreamStep", observing == null ? upstream : new ObservedStep(upstream, observing.upstreams()));
        if (observing != null) {
            observing.show(invocations);
            observing.show(() -> StoreSetup.stats(stored));
            observing.show(policies);
            observing.show(replicas);
            observing.show(client);
            observing.show(deliveries);
            observing.show(registry.lookupByNameAndType(ProtocolServer.NAME, ProtocolServer.class));
            if (kafka != null) {
                observing.show(kafka.link());
            }
            if (jms != null) {
                observing.show(jms.stats());
            }
        }
        registry.bind("admitInvocation", new AdmitInvocation(admission, timers, workers));
        // After the HTTP entry's own, which lets the calls in progress end first.
        context.addLifecycleStrategy(stop.ending());
    }

    static Beans bind(
            CamelContext context,
            Settings settings,
            CapabilityStore store,
            Function<String, @Nullable String> environment,
            boolean http)
            throws Exception {
        return new Beans(context, settings, store, environment, http);
    }

    private static Access access(Settings settings, CapabilityStore store, Supplier<String> url, boolean http)
            throws StartException {
        AccessOptions options = settings.access();
        String host = settings.http().host();
        try {
            if (http) {
                StartRule.check(host, options);
            }
            return new Access(options, store, host, url, http);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private ProtocolServer server(
            CamelContext context,
            Settings settings,
            CapabilityStore store,
            Function<String, @Nullable String> environment,
            Workers workers)
            throws StartException {
        ServerOptions options = settings.server();
        try {
            return new ProtocolServer(
                    options,
                    environment,
                    context,
                    store,
                    access.rules(),
                    providers,
                    nonBlocking::beginsAt,
                    loops,
                    workers,
                    timers);
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static PoolLimits poolLimits(Settings settings) throws StartException {
        return new PoolLimits(
                settings.number(Setting.SESSION_MAX),
                settings.duration(Setting.SESSION_OPEN_TIMEOUT),
                settings.duration(Setting.SESSION_CLOSE_TIMEOUT),
                settings.duration(Setting.SESSION_DRAIN_TIMEOUT),
                settings.duration(Setting.SESSION_FAILURE_BACKOFF),
                settings.duration(Setting.SESSION_FAILURE_BACKOFF_MAX),
                settings.number(Setting.SESSION_MAX_WAITERS),
                CLOSES_AT_A_TIME,
                OPENS_AT_A_TIME,
                settings.admission().ageing());
    }

    private static PlanDefaults planDefaults(Settings settings) throws StartException {
        Duration maxAge = settings.duration(Setting.SESSION_MAX_AGE);
        SessionSettings session = new SessionSettings(
                settings.duration(Setting.SESSION_IDLE),
                maxAge,
                settings.number(Setting.SESSION_POOL_SIZE),
                settings.number(Setting.SESSION_CONCURRENCY),
                false,
                PlanDefaults.refreshAhead(maxAge),
                Duration.ZERO);
        Timeouts timeouts = new Timeouts(
                settings.duration(Setting.TIMEOUT),
                settings.duration(Setting.TIMEOUT_STREAMING),
                settings.admission().queueTimeout());
        return new PlanDefaults(
                session,
                timeouts,
                PolicySettings.read(settings),
                settings.access().authenticates());
    }

    /** To be called before routes come or go: from its return on, no call is on an event loop but to be moved. */
    void routesChanging() throws InterruptedException {
        loops.routes().changing();
        loops.pass();
    }

    /** To be called when they have come or gone, or could not. */
    void routesChanged() {
        routesKnown();
        loops.routes().changed();
    }

    /** To be called once all routes are there. */
    void routesKnown() {
        nonBlocking.refresh();
        providers.refresh();
    }

    /** Has calls go on with threads that may wait for a route, and no message wait for another try. */
    private void leave() {
        loops.routes().end();
        deliveries.leave();
    }

    private void cutUpstreams() {
        transports.close();
        connections.close();
        client.close();
        listed.close();
    }

    Explainer explainer() {
        return explainer;
    }

    SessionOpenings openings() {
        return openings;
    }

    /** Where callers come in beside HTTP. */
    List<EntryPoint> brokers() {
        return jms == null ? List.of() : List.of(new EntryPoint("JMS", jms.place()));
    }

    @Nullable
    HttpIngress ingress() {
        return ingress;
    }

    String url() {
        String shown = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        String scheme = ingress == null ? "http" : ingress.getScheme();
        return scheme + "://" + (shown.contains(":") ? "[" + shown + "]" : shown) + ":"
                + (ingress == null ? 0 : ingress.getServerPort());
    }

    @Override
    public void close() {
        admission.refuseQueued();
        if (observing != null) {
            observing.close();
        }
        tracing.close();
        access.close();
        if (stored != null) {
            stored.close();
        }
        if (kafka != null) {
            kafka.close();
        }
        deliveries.close();
        policies.close();
        if (jms != null) {
            jms.close();
        }
        // Before the threads that end its processes gently.
        listed.close();
        background.shutdownNow();
        cutUpstreams();
        timers.stop();
        embedded.close();
        loops.close();
    }
}
