package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.entry.IngressRequest;
import dev.serai.invocation.Caller;
import dev.serai.invocation.Json;
import dev.serai.lifecycle.HangUp;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, as far as it has been understood: finds out which era it is of, and refuses what is of none, in the order
 * that 2026-07-28 (basic/versioning.mdx) and the revisions before it ask for.
 */
final class Reading {
    private static final String SESSION_HEADER = "Mcp-Session-Id";

    private final ClientSessions sessions;
    private final ToolBook book;
    private final Methods methods;
    private final IngressRequest head;
    private final @Nullable Caller caller;
    private final HttpTurn turn;
    private final HangUp connection;
    private final String group;
    private @Nullable JsonNode id;

    Reading(
            ClientSessions sessions,
            ToolBook book,
            Methods methods,
            IngressRequest head,
            @Nullable Caller caller,
            HttpTurn turn,
            HangUp connection) {
        this.sessions = sessions;
        this.book = book;
        this.methods = methods;
        this.head = head;
        this.caller = caller;
        this.turn = turn;
        this.connection = connection;
        this.group = head.pathVariables().getOrDefault("group", "");
    }

    static boolean accepts(IngressRequest head, String type) {
        String accept = String.join(",", head.headers("Accept")).toLowerCase(Locale.ROOT);
        String range = type.substring(0, type.indexOf('/')) + "/*";
        return accept.contains(type) || accept.contains(range) || accept.contains("*/*");
    }

    /** The id of the request; {@code null} as long as no usable one has been read. */
    @Nullable
    JsonNode id() {
        return id;
    }

    void begin(byte[] body) {
        if (!book.hasGroup(group)) {
            throw new RpcError(404, Rpc.INVALID_REQUEST, "no group of this name is configured", null);
        }
        switch (head.method()) {
            case "POST" -> post(body);
            case "DELETE" -> {
                var unused = sessions.end(session());
                turn.empty(200);
            }
            default -> listen();
        }
    }

    private void post(byte[] body) {
        String type = String.valueOf(head.header("Content-Type")).toLowerCase(Locale.ROOT);
        if (!type.startsWith("application/json")) {
            throw new RpcError(415, Rpc.INVALID_REQUEST, "Content-Type: expected application/json", null);
        }
        if (!head.headers("Accept").isEmpty()
                && !accepts(head, "application/json")
                && !accepts(head, "text/event-stream")) {
            throw new RpcError(406, Rpc.INVALID_REQUEST, "Accept: expected application/json, text/event-stream", null);
        }
        JsonNode message = parsed(body);
        if (message.isArray()) {
            for (JsonNode one : message) {
                if (ModernRules.claim(one) != null) {
                    throw RpcError.refused(Rpc.INVALID_REQUEST, "this revision has no batches");
                }
            }
            messages().batch(message);
        } else {
            one(message);
        }
    }

    private JsonNode parsed(byte[] body) {
        try {
            JsonNode message = Json.MAPPER.readTree(body);
            if (message.isObject() || message.isArray()) {
                return message;
            }
        } catch (IOException e) {
            throw RpcError.refused(Rpc.PARSE_ERROR, "the body is not JSON");
        }
        throw RpcError.refused(Rpc.INVALID_REQUEST, "the body is no JSON-RPC message");
    }

    private void one(JsonNode message) {
        JsonNode given = message.get("id");
        id = Rpc.isId(given) ? given : null;
        String claim = ModernRules.claim(message);
        String version = head.header(ModernRules.VERSION_HEADER);
        boolean isRequest = message.has("method") && message.has("id");
        if (claim != null) {
            modern(message, claim);
        } else if (isRequest && Revision.claimsModern(version)) {
            throw RpcError.refused(
                    Rpc.INVALID_PARAMS,
                    "params._meta: expected io.modelcontextprotocol/protocolVersion and"
                            + " io.modelcontextprotocol/clientCapabilities");
        } else if (message.path("method").asText().equals("initialize")) {
            initialize(message);
        } else {
            messages().one(message, turn);
        }
    }

    private void modern(JsonNode message, String claim) {
        String method = SessionMessages.method(message);
        if (!message.has("id")) {
            turn.empty(202);
            return;
        }
        ObjectNode params = SessionMessages.params(message);
        JsonNode known = requireId();
        ModernRules.check(head, method, params, claim);
        Asked asked = Asked.of(known, method, params, claim, null, caller, head, group);
        methods.handle(asked, head, turn, connection);
    }

    private void initialize(JsonNode message) {
        JsonNode known = requireId();
        ObjectNode params = SessionMessages.params(message);
        if (!params.path("protocolVersion").isTextual()) {
            throw RpcError.refused(Rpc.INVALID_PARAMS, "params.protocolVersion: expected a string");
        }
        if (head.header(SESSION_HEADER) != null) {
            throw RpcError.refused(Rpc.INVALID_REQUEST, "a session is initialized once");
        }
        String version = Revision.negotiated(params.path("protocolVersion").asText());
        ObjectNode able = ClientAbilities.known(params.path("capabilities"));
        ClientSession session = sessions.open(Asked.principal(caller), group, version, able);
        ObjectNode result = Rpc.object().put("protocolVersion", version);
        result.set("capabilities", methods.capabilities(caller, group, false));
        result.set("serverInfo", Results.serverInfo());
        turn.header(SESSION_HEADER, session.id());
        methods.opened(turn, Rpc.result(known, result));
    }

    private SessionMessages messages() {
        return new SessionMessages(methods, head, caller, turn, connection, session());
    }

    private void listen() {
        String version = head.header(ModernRules.VERSION_HEADER);
        if (head.header(SESSION_HEADER) == null && Revision.claimsModern(version)) {
            throw new RpcError(405, Rpc.INVALID_REQUEST, "this revision has only POST", null);
        }
        if (!turn.canStream()) {
            throw new RpcError(406, Rpc.INVALID_REQUEST, "Accept: expected text/event-stream", null);
        }
        ClientSession session = session();
        String lastEventId = head.header("Last-Event-ID");
        turn.stream(lastEventId == null ? session.openStanding() : session.resume(lastEventId));
    }

    private ClientSession session() {
        String version = head.header(ModernRules.VERSION_HEADER);
        List<String> ids = head.headers(SESSION_HEADER);
        if (ids.isEmpty() && Revision.claimsModern(version) && !head.method().equals("POST")) {
            throw new RpcError(405, Rpc.INVALID_REQUEST, "this revision has only POST", null);
        }
        if (ids.size() != 1) {
            throw RpcError.refused(
                    Rpc.NO_SESSION, "the header " + SESSION_HEADER + " is missing: initialize a session first");
        }
        if (version != null && !Revision.isOfSessions(version)) {
            throw RpcError.refused(
                    Rpc.NO_SESSION, "the header " + ModernRules.VERSION_HEADER + " names no version that has sessions");
        }
        return sessions.find(ids.get(0), Asked.principal(caller), group);
    }

    private JsonNode requireId() {
        if (id == null) {
            throw RpcError.refused(
                    Rpc.INVALID_REQUEST,
                    "id: expected a string of at most " + Rpc.LONGEST_ID + " characters or a whole number");
        }
        return id;
    }
}
