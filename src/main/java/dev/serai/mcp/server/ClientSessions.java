package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The sessions of all clients, in bounds. */
final class ClientSessions {
    private final ServerOptions options;
    private final Seal seal;
    private final LongSupplier clock;
    private final ConcurrentHashMap<String, ClientSession> sessions = new ConcurrentHashMap<>();

    /** @param clock as {@link System#nanoTime()} */
    ClientSessions(ServerOptions options, Seal seal, LongSupplier clock) {
        this.options = options;
        this.seal = seal;
        this.clock = clock;
    }

    /** Opens one; where there are too many, the caller's own that was not used for longest ends, else one of who has most. */
    ClientSession open(String principal, String group, String version, ObjectNode capabilities) {
        if (sessions.size() >= options.maxSessions() && !makeRoom(principal)) {
            throw new RpcError(
                    429,
                    Rpc.NO_SESSION,
                    "there are already " + options.maxSessions() + " sessions; try again later",
                    null);
        }
        ClientSession session = new ClientSession(
                seal.randomName(),
                seal.randomName(),
                principal,
                group,
                version,
                capabilities,
                options.maxWaiting(),
                clock);
        sessions.put(session.id(), session);
        return session;
    }

    /** Nobody locks the others out: who has most gives one to who has at least two less. */
    private boolean makeRoom(String principal) {
        if (endOneOf(principal)) {
            return true;
        }
        Map<String, Integer> held = new HashMap<>();
        sessions.values().forEach(session -> held.merge(session.principal(), 1, Integer::sum));
        return held.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .filter(most -> most.getValue() > held.getOrDefault(principal, 0) + 1)
                .map(most -> endOneOf(most.getKey()))
                .orElse(false);
    }

    private boolean endOneOf(String principal) {
        return sessions.values().stream()
                .filter(session -> session.principal().equals(principal) && !session.isBusy())
                .max(Comparator.comparingLong(ClientSession::idleNanos))
                .map(session -> end(session))
                .orElse(false);
    }

    /**
     * The session with this id.
     *
     * @throws RpcError 404, the same for an id that nobody has and for one that is another's
     */
    ClientSession find(String id, String principal, String group) {
        ClientSession session = sessions.get(id);
        if (session == null || !session.belongsTo(principal, group) || isIdle(session)) {
            throw new RpcError(404, Rpc.SESSION_NOT_FOUND, "there is no such session: initialize a new one", null);
        }
        session.use();
        return session;
    }

    boolean end(ClientSession session) {
        boolean first = sessions.remove(session.id(), session);
        if (first) {
            session.end();
        }
        return first;
    }

    /** Ends those that nobody uses. */
    void sweep() {
        List.copyOf(sessions.values()).stream().filter(this::isIdle).forEach(this::end);
    }

    private boolean isIdle(ClientSession session) {
        return session.idleNanos() > options.sessionIdle().toNanos();
    }

    /** Whether any of them listens to what no request is about. */
    boolean anyListens() {
        return sessions.values().stream().anyMatch(ClientSession::listens);
    }

    void forEach(Consumer<ClientSession> action) {
        sessions.values().forEach(action);
    }

    int count() {
        return sessions.size();
    }
}
