package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.entry.EventReply;
import dev.serai.entry.IngressRequest;
import dev.serai.invocation.Caller;
import dev.serai.lifecycle.HangUp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client says within a session: requests, notifications, answers to questions, and in one revision batches. */
final class SessionMessages {
    private static final int LARGEST_BATCH = 100;

    private final Methods methods;
    private final IngressRequest head;
    private final @Nullable Caller caller;
    private final Turn turn;
    private final HangUp connection;
    private final ClientSession session;

    SessionMessages(
            Methods methods,
            IngressRequest head,
            @Nullable Caller caller,
            Turn turn,
            HangUp connection,
            ClientSession session) {
        this.methods = methods;
        this.head = head;
        this.caller = caller;
        this.turn = turn;
        this.connection = connection;
        this.session = session;
    }

    /** One message. */
    void one(JsonNode message, Turn answer) {
        if (!message.has("method")) {
            session.answered(message);
            answer.empty(202);
            return;
        }
        String method = method(message);
        ObjectNode params = params(message);
        if (!message.has("id")) {
            if (method.equals("notifications/cancelled") && Rpc.isId(params.get("requestId"))) {
                session.cancel(Rpc.key(params.get("requestId")));
            }
            answer.empty(202);
            return;
        }
        JsonNode known = message.get("id");
        if (!Rpc.isId(known)) {
            throw RpcError.refused(Rpc.INVALID_REQUEST, "id: expected a string or a whole number");
        }
        if (List.of("server/discover", "subscriptions/listen", "initialize").contains(method)) {
            throw RpcError.handled(Rpc.METHOD_NOT_FOUND, "Method not found");
        }
        Asked asked = Asked.of(known, method, params, session.version(), session, caller, head, session.group());
        methods.handle(asked, head, answer, connection);
    }

    /** Several at once. */
    void batch(JsonNode messages) {
        if (!session.version().equals(Revision.BATCHES) || messages.isEmpty() || messages.size() > LARGEST_BATCH) {
            throw RpcError.refused(
                    Rpc.INVALID_REQUEST,
                    "expected one message: batches are of 2025-03-26, with 1 to " + LARGEST_BATCH + " messages");
        }
        int requests = 0;
        for (JsonNode message : messages) {
            requests += message.has("method") && message.has("id") ? 1 : 0;
        }
        BatchTurns turns = new BatchTurns(turn, requests);
        for (JsonNode message : messages) {
            boolean isRequest = message.has("method") && message.has("id");
            Turn answer = isRequest ? turns.one() : new Unanswered();
            try {
                one(message, answer);
            } catch (RpcError e) {
                if (isRequest) {
                    answer.error(Rpc.isId(message.get("id")) ? message.get("id") : null, e);
                }
            }
        }
        if (requests == 0) {
            turn.empty(202);
        }
    }

    /** The method of a message that is one. */
    static String method(JsonNode message) {
        JsonNode method = message.path("method");
        if (!method.isTextual() || !message.path("jsonrpc").asText().equals("2.0")) {
            throw RpcError.refused(Rpc.INVALID_REQUEST, "expected a JSON-RPC 2.0 message with a method");
        }
        return method.asText();
    }

    /** The parameters, which may be absent. */
    static ObjectNode params(JsonNode message) {
        JsonNode params = message.path("params");
        if (params instanceof ObjectNode object) {
            return object;
        }
        if (params.isMissingNode() || params.isNull()) {
            return Rpc.object();
        }
        throw RpcError.refused(Rpc.INVALID_PARAMS, "params: expected an object");
    }

    /** For what is answered by nobody. */
    private static final class Unanswered implements Turn {
        @Override
        public void json(int status, JsonNode body) {
            // No answer is due.
        }

        @Override
        public void empty(int status) {
            // No answer is due.
        }

        @Override
        public void stream(EventReply events) {
            throw new IllegalStateException("no answer is due");
        }

        @Override
        public boolean canStream() {
            return false;
        }
    }
}
