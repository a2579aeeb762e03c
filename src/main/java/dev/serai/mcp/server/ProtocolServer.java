package dev.serai.mcp.server;

import dev.serai.access.AccessRules;
import dev.serai.capability.Availability;
import dev.serai.capability.CapabilityStore;
import dev.serai.loop.EventLoops;
import dev.serai.loop.Workers;
import dev.serai.mcp.ListChanges;
import dev.serai.observe.Metrics;
import io.netty.util.HashedWheelTimer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/** The server: puts its parts together, and looks after what ends by itself. */
public final class ProtocolServer {
    /** The registry name. */
    public static final String NAME = "mcp-server";

    private static final long LONGEST_LOOK_MS = 5_000;
    private static final long SHORTEST_LOOK_MS = 20;
    private static final long HEAR_MS = 500;
    private static final List<String> KINDS = List.of("tools", "prompts", "resources");

    private final HashedWheelTimer timers;
    private final ServerOptions options;
    private final ClientSessions sessions;
    private final ParkedCalls parking;
    private final Listeners listeners;
    private final ServerEntry entry;
    private final Tally tally = new Tally();
    private final Features features;
    private final ListChanges changes = new ListChanges(this::changed);

    /**
     * Not serving yet.
     *
     * @param environment where the secret is that gateways share
     * @param availability which capabilities can be called; others are not offered
     * @param nonBlocking tells whether the route that begins at an endpoint may run on an event loop
     * @throws IllegalArgumentException where there is no such secret
     */
    public ProtocolServer(
            ServerOptions options,
            Function<String, @Nullable String> environment,
            CamelContext context,
            CapabilityStore store,
            AccessRules access,
            Availability availability,
            Predicate<Endpoint> nonBlocking,
            EventLoops loops,
            Workers workers,
            HashedWheelTimer timers) {
        this.options = options;
        this.timers = timers;
        Seal seal = Seal.of(options.keyEnv(), environment);
        Calls calls = new Calls(context, nonBlocking, loops, workers, tally);
        ToolBook book = new ToolBook(access, availability, options, seal);
        this.sessions = new ClientSessions(options, seal, System::nanoTime);
        this.parking = new ParkedCalls(options.maxParked(), seal, timers, calls);
        this.features = new Features(book, calls, seal, options.pageSize());
        Watching watching = new Watching(features, calls, timers);
        this.listeners = new Listeners(options.maxSessions(), options.maxWaiting(), tally, watching);
        Methods methods = new Methods(book, features, calls, parking, listeners, watching, tally, options.maxWaiting());
        this.entry = new ServerEntry(sessions, book, methods, calls, tally);
        store.afterReplacing(() -> KINDS.forEach(this::announce));
        look();
        hear();
    }

    /** Binds what the routes use, and ends what would hold a stop up. */
    public void bind(CamelContext context) {
        context.getRegistry().bind(NAME, this);
        context.getRegistry().bind("list-changes", changes);
        context.getRegistry().bind(ServerEntry.NAME, entry);
        context.getRegistry().bind(ServerEntry.HEADERS, new EntryHeaders());
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext stopping) {
                parking.stop();
                sessions.forEach(ClientSession::stop);
            }
        });
    }

    private void look() {
        long period = Math.max(
                SHORTEST_LOOK_MS,
                Math.min(LONGEST_LOOK_MS, options.sessionIdle().toMillis() / 4));
        timers.newTimeout(
                due -> {
                    try {
                        sessions.sweep();
                    } finally {
                        look();
                    }
                },
                period,
                TimeUnit.MILLISECONDS);
    }

    /** Whether anybody listens is asked again and again: who leaves does not say so. */
    private void hear() {
        timers.newTimeout(
                due -> {
                    try {
                        changes.listening(listeners.count() > 0 || sessions.anyListens());
                    } finally {
                        hear();
                    }
                },
                HEAR_MS,
                TimeUnit.MILLISECONDS);
    }

    /** A server's list is another one. */
    private void changed(String kind) {
        features.forget();
        announce(kind);
    }

    private void announce(String kind) {
        String notification = "notifications/" + kind + "/list_changed";
        sessions.forEach(session -> {
            if (!session.announce(Rpc.notification(notification, Rpc.object()))) {
                tally.dropped();
            }
        });
        listeners.changed(kind + "ListChanged", notification);
    }

    /** Shows how much it holds. */
    public void measure(Metrics metrics) {
        tally.measure(metrics);
        metrics.gauge("serai.mcp.sessions", "Sessions of MCP clients", this::sessions);
        metrics.gauge("serai.mcp.parked", "Calls that wait for their MCP client to come back", this::parked);
        metrics.gauge("serai.mcp.listeners", "MCP clients without sessions that listen for changes", this::listeners);
    }

    /** Sessions of clients now. */
    public int sessions() {
        return sessions.count();
    }

    /** Calls that wait for a client to come back. */
    public int parked() {
        return parking.count();
    }

    /** Clients without sessions that listen for changes. */
    public int listeners() {
        return listeners.count();
    }
}
