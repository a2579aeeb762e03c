package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import dev.serai.invocation.UpstreamText;
import dev.serai.loop.NonBlocking;
import dev.serai.session.Session;
import dev.serai.trace.TraceContext;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * What the MCP provider's routes call between their HTTP steps: the messages of session-era Streamable HTTP
 * (2024-11-05 to 2025-11-25). Keeps no state but the next request id.
 *
 * <p>Every failure is a {@link CapabilityException}: {@code upstream_protocol_error} for an answer that breaks the
 * protocol, {@code tool_error} for a tool that says it failed, {@code timeout} for a stream that was cut by a
 * deadline, and a {@link dev.serai.http.UpstreamStatusException} for a JSON-RPC error.
 */
public final class McpProtocol implements NonBlocking {
    /** 16 MiB. */
    public static final int DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    private static final String JSON = "application/json";
    private static final String JSON_OR_EVENTS = "application/json, text/event-stream";

    /**
     * Ids are unique in every session, also in one that several processes share, and exact in JavaScript: servers
     * built on the TypeScript SDK hang without a word when two open requests of a session have the same id.
     */
    private static final AtomicLong NEXT_ID =
            new AtomicLong(ThreadLocalRandom.current().nextLong(1, 1L << 52));

    private final AnswerReader answers;

    public McpProtocol() {
        this(DEFAULT_MAX_MESSAGE_BYTES);
    }

    /** @param maxMessageBytes the largest message accepted from a server, in bytes; at least 1 */
    public McpProtocol(int maxMessageBytes) {
        if (maxMessageBytes < 1) {
            throw new IllegalArgumentException("maxMessageBytes must be at least 1, was " + maxMessageBytes);
        }
        this.answers = new AnswerReader(maxMessageBytes);
    }

    /** Body becomes the {@code initialize} request. */
    public void initialize(Exchange exchange) {
        post(exchange, null, null, Handshake.request(newId(exchange), offered(exchange)));
    }

    /** Body, the answer to {@code initialize}, becomes the facts of the session: a map of text. */
    public void openedSession(Exchange exchange) {
        Message message = exchange.getMessage();
        Object sessionId = message.getHeader(McpHeaders.SESSION_ID);
        JsonNode result = answer(exchange, null);
        Map<String, String> facts = Handshake.facts(result, offered(exchange), sessionId);
        // From here on there is a session to close, should the rest of the handshake fail.
        exchange.setProperty(McpHeaders.SESSION, new Session(facts.get(Handshake.ID), facts));
        message.setBody(facts);
    }

    /** Body, the facts of the session, becomes the notification that ends the handshake. */
    public void initialized(Exchange exchange) {
        Map<?, ?> facts = exchange.getMessage().getBody(Map.class);
        post(
                exchange,
                (String) facts.get(Handshake.ID),
                (String) facts.get(Handshake.PROTOCOL_VERSION),
                JsonRpcWriter.notification("notifications/initialized"));
    }

    /** Body, the arguments, becomes the {@code tools/call} request. */
    public void callTool(Exchange exchange) {
        JsonNode arguments = arguments(exchange.getMessage().getBody());
        String tool = toolName(exchange.getMessage());
        TraceContext trace = trace(exchange);
        post(exchange, JsonRpcWriter.request(newId(exchange), "tools/call", json -> {
            if (trace != null) {
                JsonRpcWriter.writeTrace(json, trace);
            }
            json.writeStringField("name", tool);
            json.writeFieldName("arguments");
            if (arguments == null) {
                json.writeStartObject();
                json.writeEndObject();
            } else {
                Json.MAPPER.writeTree(json, arguments);
            }
        }));
    }

    /** Body, the answer, becomes the whole result; the property {@code SeraiValue} what it means to the caller. */
    public void readResult(Exchange exchange) {
        Session session = session(exchange);
        JsonNode result = answer(exchange, session);
        if (ToolResult.failed(result)) {
            String text = UpstreamText.excerpt(
                    ToolResult.firstText(result), UpstreamText.secrets(session == null ? null : session.id()));
            throw new CapabilityException(
                    ErrorCode.TOOL_ERROR, text.isEmpty() ? "the tool failed and says no more" : text, result, null);
        }
        exchange.getMessage().setBody(result);
        exchange.setProperty(McpHeaders.VALUE, ToolResult.value(result));
    }

    /** The next HTTP step becomes a DELETE of the session. */
    public void closeSession(Exchange exchange) {
        Session session = session(exchange);
        Message message = exchange.getMessage();
        McpHeaders.clear(message);
        setSession(message, session == null ? null : session.id(), version(session));
        message.setHeader(McpHeaders.HTTP_METHOD, "DELETE");
        message.setBody(null);
    }

    /** Body becomes the notification that nobody waits for the request any more. */
    public void cancelled(Exchange exchange) {
        Long id = exchange.getProperty(McpHeaders.REQUEST_ID, Long.class);
        if (id == null) {
            throw new IllegalStateException("no request was written on this exchange");
        }
        post(exchange, JsonRpcWriter.notification("notifications/cancelled", json -> {
            json.writeNumberField("requestId", id);
            json.writeStringField("reason", "nobody waits for the answer any more");
        }));
    }

    /** Body becomes a {@code ping} of the session. */
    public void ping(Exchange exchange) {
        post(exchange, JsonRpcWriter.request(newId(exchange), "ping"));
    }

    private static @Nullable TraceContext trace(Exchange exchange) {
        UpstreamCall call = UpstreamCall.of(exchange);
        return call == null ? null : call.span().context();
    }

    private static void post(Exchange exchange, byte[] body) {
        Session session = session(exchange);
        post(exchange, session == null ? null : session.id(), version(session), body);
    }

    private static void post(Exchange exchange, @Nullable String sessionId, @Nullable String version, byte[] body) {
        Message message = exchange.getMessage();
        McpHeaders.clear(message);
        message.setHeader(McpHeaders.CONTENT_TYPE, JSON);
        message.setHeader(McpHeaders.ACCEPT, JSON_OR_EVENTS);
        setSession(message, sessionId, version);
        message.setBody(body);
    }

    private static void setSession(Message message, @Nullable String id, @Nullable String version) {
        if (id != null) {
            message.setHeader(McpHeaders.SESSION_ID, id);
        }
        if (version != null) {
            message.setHeader(McpHeaders.PROTOCOL_VERSION, version);
        }
    }

    private JsonNode answer(Exchange exchange, @Nullable Session session) {
        Message message = exchange.getMessage();
        Object contentType = message.getHeader(McpHeaders.CONTENT_TYPE);
        McpHeaders.clear(message);
        Long id = exchange.getProperty(McpHeaders.REQUEST_ID, Long.class);
        if (id == null) {
            throw new IllegalStateException("an answer is read, but no request was written on this exchange");
        }
        return answers.read(message.getBody(), contentType, new Awaited(id, session == null ? null : session.id()));
    }

    private static long newId(Exchange exchange) {
        long id = NEXT_ID.getAndIncrement();
        exchange.setProperty(McpHeaders.REQUEST_ID, id);
        return id;
    }

    private static @Nullable Session session(Exchange exchange) {
        return exchange.getProperty(McpHeaders.SESSION, Session.class);
    }

    private static @Nullable String version(@Nullable Session session) {
        return session == null ? null : session.fact(Handshake.PROTOCOL_VERSION);
    }

    private static String offered(Exchange exchange) {
        return ProtocolVersion.offered(exchange.getMessage().getHeader(McpHeaders.DECLARED_VERSION, String.class));
    }

    private static String toolName(Message message) {
        String declared = message.getHeader(McpHeaders.TOOL_NAME, String.class);
        if (declared != null) {
            return declared;
        }
        String capability = message.getHeader(InvocationHeaders.ID, "", String.class);
        return capability.substring(capability.lastIndexOf('.') + 1);
    }

    private static @Nullable JsonNode arguments(@Nullable Object body) {
        if (body == null || (body instanceof JsonNode json && (json.isNull() || json.isMissingNode()))) {
            return null;
        }
        if (body instanceof JsonNode json && json.isObject()) {
            return json;
        }
        String kind = body instanceof JsonNode json
                ? json.getNodeType().name().toLowerCase(Locale.ROOT)
                : body.getClass().getSimpleName();
        throw new CapabilityException(
                ErrorCode.INVALID_ARGUMENTS, "the arguments must be a JSON object, were of type " + kind);
    }
}
