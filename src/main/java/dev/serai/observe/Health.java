package dev.serai.observe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.http.ServerName;
import dev.serai.invocation.ErrorCode;
import dev.serai.session.ServerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether the gateway and the servers behind it work, from what calls have shown: asking sends nothing. */
public final class Health {
    private static final int MOST_SHOWN = 200;
    /** As many as can be declared. */
    private static final int MOST_MEASURED = 1_000;

    private final Upstreams upstreams;
    private final Supplier<Set<String>> declared;
    private final Supplier<List<ServerState>> pool;
    private final LongSupplier clock;
    private final Map<String, Supplier<Part>> parts = new ConcurrentSkipListMap<>();

    /**
     * How a part of the gateway is.
     *
     * @param degraded whether it works worse than it should
     * @param queued how many calls wait there; {@code null} where none can
     */
    public record Part(boolean degraded, @Nullable Integer queued) {
        private String status() {
            return degraded ? "DEGRADED" : "UP";
        }
    }

    private record Server(
            String name,
            String status,
            int sessions,
            @Nullable Failure failure) {}

    private record Failure(Duration since, ErrorCode last) {}

    /**
     * @param declared the servers that declarations name, as {@link ServerName} does
     * @param pool what the session pool knows of servers
     */
    public Health(Upstreams upstreams, Supplier<Set<String>> declared, Supplier<List<ServerState>> pool) {
        this(upstreams, declared, pool, System::nanoTime);
    }

    Health(Upstreams upstreams, Supplier<Set<String>> declared, Supplier<List<ServerState>> pool, LongSupplier clock) {
        this.clock = clock;
        this.upstreams = upstreams;
        this.declared = declared;
        this.pool = pool;
    }

    /** Has each server's state measured as it is described here. */
    public void measure(Metrics metrics) {
        metrics.gauges("serai.upstream.failing", "1 while a server fails", "server", () -> {
            Map<String, Integer> failing = new LinkedHashMap<>();
            servers().stream()
                    .limit(MOST_MEASURED)
                    .forEach(server -> failing.put(server.name, server.failure == null ? 0 : 1));
            return failing;
        });
    }

    /** Forgets what calls have shown of servers that no declaration names any more and no session is open with. */
    public void catalogReplaced() {
        Set<String> names = new HashSet<>(declared.get());
        pool.get().stream()
                .filter(state -> state.sessions() > 0)
                .forEach(state -> names.add(ServerName.of(state.server())));
        upstreams.retain(names);
    }

    /** Adds a part of the gateway that can work worse than it should. */
    public void add(String name, Supplier<Part> part) {
        parts.put(name, part);
    }

    /**
     * The whole state.
     *
     * @param taking whether calls are taken: where they are not, the gateway is down
     */
    public ObjectNode describe(boolean taking) {
        List<Server> servers = servers();
        boolean degraded = servers.stream().anyMatch(server -> server.failure != null);
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, Supplier<Part>> entry : parts.entrySet()) {
            Part part = entry.getValue().get();
            degraded |= part.degraded;
            if (part.queued == null) {
                details.put(entry.getKey(), part.status());
            } else {
                details.putObject(entry.getKey()).put("status", part.status()).put("depth", part.queued);
            }
        }
        String status = degraded ? "DEGRADED" : "UP";
        ObjectNode health = JsonNodeFactory.instance.objectNode();
        health.put("status", taking ? status : "DOWN");
        health.put("calls", taking ? "taken" : "refused");
        health.setAll(details);
        ArrayNode shown = health.putArray("upstreams");
        servers.stream().limit(MOST_SHOWN).forEach(server -> write(server, shown.addObject()));
        if (servers.size() > MOST_SHOWN) {
            health.put("upstreamsNotShown", servers.size() - MOST_SHOWN);
        }
        return health;
    }

    private static void write(Server server, ObjectNode shown) {
        shown.put("server", server.name).put("status", server.status).put("sessions", server.sessions);
        if (server.failure != null) {
            shown.put("failingForSeconds", server.failure.since.toSeconds())
                    .put("lastError", server.failure.last.wireName());
        }
    }

    /** Failing ones first. */
    private List<Server> servers() {
        Map<String, List<ServerState>> pooled = new HashMap<>();
        pool.get().forEach(state -> pooled.computeIfAbsent(ServerName.of(state.server()), n -> new ArrayList<>())
                .add(state));
        long now = clock.getAsLong();
        Set<String> names = new TreeSet<>(declared.get());
        names.addAll(pooled.keySet());
        // A server without a session that no declaration names: it was taken out of them, or is an embedded one.
        upstreams.all().stream()
                .filter(upstream -> upstream.isKnown(now))
                .forEach(upstream -> names.add(upstream.server()));
        return names.stream()
                .map(name -> server(name, pooled.getOrDefault(name, List.of()), now))
                .sorted(Comparator.comparing((Server server) -> server.failure == null)
                        .thenComparing(Server::name))
                .toList();
    }

    private Server server(String name, List<ServerState> pooled, long now) {
        int sessions = pooled.stream().mapToInt(ServerState::sessions).sum();
        Upstream upstream = upstreams.find(name);
        Upstream.Trouble trouble = upstream == null ? null : upstream.trouble(now);
        if (trouble != null) {
            Failure failure = new Failure(Duration.ofNanos(now - trouble.sinceNanos()), trouble.last());
            return new Server(name, "failing", sessions, failure);
        }
        for (ServerState state : pooled) {
            if (state.failingFor() != null && state.lastError() != null) {
                return new Server(name, "failing", sessions, new Failure(state.failingFor(), state.lastError()));
            }
        }
        boolean up = upstream != null && upstream.isUp(now);
        return new Server(name, up ? "up" : "unknown", sessions, null);
    }
}
