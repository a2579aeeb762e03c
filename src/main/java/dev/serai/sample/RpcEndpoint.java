package dev.serai.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages and sessions of the sample server, as strict as the strictest server in the field. */
final class RpcEndpoint {
    private static final String SESSION_HEADER = "Mcp-Session-Id";
    private static final String VERSION_HEADER = "MCP-Protocol-Version";
    private static final List<String> VERSIONS = List.of("2025-03-26", "2025-06-18", "2025-11-25");
    private static final String LATEST = "2025-11-25";
    private static final int SERVER_ERROR = -32000;
    private static final int INVALID_REQUEST = -32600;
    private static final int METHOD_NOT_FOUND = -32601;

    private final Dials dials;
    private final Counters counters;
    private final SessionTable sessions;
    private final CallHandler calls;
    private final Deferral deferral;

    RpcEndpoint(Dials dials, Counters counters, SessionTable sessions, CallHandler calls, Deferral deferral) {
        this.dials = dials;
        this.counters = counters;
        this.sessions = sessions;
        this.calls = calls;
        this.deferral = deferral;
    }

    void delete(HttpServerRequest request, Reply reply) {
        counters.deletes.increment();
        String id = request.getHeader(SESSION_HEADER);
        if (dials.hangsDelete()) {
            return;
        }
        if (dials.isStateless()) {
            reply.header("Allow", "POST").status(405);
        } else if (id == null) {
            withoutSession(reply);
        } else if (sessions.end(id)) {
            reply.status(200);
        } else {
            lost(reply);
        }
    }

    void message(HttpServerRequest request, Reply reply, JsonNode message) {
        JsonNode id = message.get("id");
        if (!message.path("jsonrpc").asText().equals("2.0")) {
            reply.rpcError(400, null, INVALID_REQUEST, "Invalid Request: one JSON-RPC 2.0 message is expected");
        } else if (message.path("method").asText().equals("initialize")) {
            counters.initialize.increment();
            deferral.after(dials.initializeGate(), 0, () -> initialize(request, reply, message));
        } else if (dials.isStateless()) {
            dispatch(reply, null, message);
        } else {
            inSession(request, reply, id, message);
        }
    }

    private void initialize(HttpServerRequest request, Reply reply, JsonNode message) {
        JsonNode id = message.path("id");
        int status = dials.initializeStatus();
        if (status == 0) {
            reply.rpcError(200, id, METHOD_NOT_FOUND, "Method not found");
        } else if (status != 200) {
            reply.body(status, "text/plain", "no");
        } else if (request.getHeader(SESSION_HEADER) != null) {
            reply.rpcError(400, id, INVALID_REQUEST, "Invalid Request: Server already initialized");
        } else {
            open(reply, id, message.path("params").path("protocolVersion").asText());
        }
    }

    private void open(Reply reply, JsonNode id, String asked) {
        String version = VERSIONS.contains(asked) ? asked : LATEST;
        if (!dials.isStateless()) {
            SampleSession session = sessions.open(version, dials.maxSessions());
            if (session == null) {
                reply.body(503, "text/plain", "too many sessions");
                return;
            }
            reply.header(SESSION_HEADER, session.id());
        }
        String forced = dials.answeredVersion();
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("protocolVersion", forced == null ? version : forced);
        result.putObject("capabilities").putObject("tools");
        result.putObject("serverInfo").put("name", "serai-sample").put("version", "1");
        reply.result(dials.initializeForm(), id, result);
    }

    private void inSession(HttpServerRequest request, Reply reply, @Nullable JsonNode id, JsonNode message) {
        String sessionId = request.getHeader(SESSION_HEADER);
        String version = request.getHeader(VERSION_HEADER);
        if (sessionId == null) {
            withoutSession(reply);
            return;
        }
        SampleSession session = sessions.find(sessionId);
        if (session == null) {
            lost(reply);
        } else if (version != null && !version.equals(session.version())) {
            reply.rpcError(400, id, SERVER_ERROR, "Bad Request: Unsupported protocol version");
        } else if (id != null && !session.isInitialized()) {
            reply.rpcError(400, id, SERVER_ERROR, "Bad Request: Server not initialized");
        } else {
            if (id != null && !session.isNew(id.toString())) {
                counters.duplicateIds.increment();
            }
            dispatch(reply, session, message);
        }
    }

    private void dispatch(Reply reply, @Nullable SampleSession session, JsonNode message) {
        JsonNode id = message.get("id");
        String method = message.path("method").asText();
        if (id == null || method.isEmpty()) {
            notified(reply, session, method);
            return;
        }
        switch (method) {
            case "tools/call" -> calls.call(reply, session, id, message.path("params"));
            case "tools/list" -> reply.result(AnswerForm.JSON, id, SampleTools.list());
            case "ping" -> reply.result(AnswerForm.JSON, id, JsonNodeFactory.instance.objectNode());
            default -> reply.rpcError(200, id, METHOD_NOT_FOUND, "Method not found");
        }
    }

    private void notified(Reply reply, @Nullable SampleSession session, String method) {
        if (method.equals("notifications/cancelled")) {
            counters.cancelled.increment();
        }
        if (!method.equals("notifications/initialized")) {
            reply.status(202);
            return;
        }
        counters.initialized.increment();
        int status = dials.initializedStatus();
        if (session != null && status / 100 == 2) {
            session.initialized();
        }
        reply.status(status);
    }

    private static void withoutSession(Reply reply) {
        reply.rpcError(400, null, SERVER_ERROR, "Bad Request: Mcp-Session-Id header is required");
    }

    private void lost(Reply reply) {
        LostSession form = dials.lostSession();
        if (form == LostSession.BAD_REQUEST_WITH_FRESH_ID) {
            reply.header(SESSION_HEADER, sessions.newId());
        }
        reply.body(form.status(), form.contentType(), form.body());
    }
}
