package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A call within a session. What comes before its answer turns the answer into an event stream, on which the client is
 * asked, too. A client that leaves the stream may take it up again; that is no reason to stop the call.
 */
final class SessionCall extends OngoingCall {
    private final Asked asked;
    private final ClientSession session;
    private final Turn turn;
    private final Map<String, CompletableFuture<JsonNode>> questions = new HashMap<>();
    private @Nullable EventLog log;
    private @Nullable Watched watched;
    private boolean over;

    SessionCall(Calls calls, CallPlan plan, Asked asked, ClientSession session, Turn turn) {
        super(calls, plan);
        this.asked = asked;
        this.session = session;
        this.turn = turn;
    }

    /** The client wants to be told of this for longer, where the call works. */
    void subscribe(Watched wanted) {
        watched = wanted;
    }

    @Override
    public @Nullable Subscription subscription() {
        return watched;
    }

    @Override
    Asked asked() {
        return asked;
    }

    @Override
    public ObjectNode capabilities() {
        return session.capabilities();
    }

    @Override
    @Nullable
    LogLevel logLevel() {
        return session.logLevel();
    }

    private @Nullable EventLog log() {
        if (log == null && turn.canStream()) {
            log = session.newStream();
            turn.stream(log.open());
            if (Revision.atLeast(session.version(), Revision.LATEST_OF_SESSIONS)) {
                log.prime();
            }
        }
        return log;
    }

    @Override
    synchronized boolean send(ObjectNode notification) {
        EventLog to = over ? null : log();
        return to == null || to.send(notification);
    }

    @Override
    void put(String key, String method, ObjectNode params, CompletableFuture<JsonNode> answer) {
        synchronized (this) {
            EventLog to = over ? null : log();
            if (to != null) {
                String name = session.question(answer);
                questions.put(name, answer);
                var unused = to.send(Rpc.request(name, method, params));
                return;
            }
        }
        answer.completeExceptionally(gone());
    }

    synchronized boolean isAsking() {
        return questions.values().stream().anyMatch(answer -> !answer.isDone());
    }

    @Override
    void deliver(int status, ObjectNode message) {
        List<CompletableFuture<JsonNode>> left;
        EventLog last;
        synchronized (this) {
            over = true;
            last = log;
            questions.keySet().forEach(session::forget);
            left = List.copyOf(questions.values());
        }
        session.ended(Rpc.key(asked.id()));
        Watched wanted = watched;
        if (wanted != null && message.has("result")) {
            session.watches().put(wanted);
        } else if (wanted != null) {
            wanted.end();
        }
        left.forEach(answer -> answer.completeExceptionally(gone()));
        if (last == null) {
            turn.json(status, message);
        } else {
            last.end(message);
            turn.ended(message);
            session.streamEnded(last);
        }
    }
}
