package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.loop.NonBlocking;
import dev.serai.session.Session;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * What the MCP provider's routes call between their HTTP steps: the messages of Streamable HTTP, with a handshake
 * (2024-11-05 to 2025-11-25) and without (2026-07-28). Keeps no state but what servers were found to speak.
 *
 * <p>Every failure is a {@link CapabilityException}: {@code upstream_protocol_error} for an answer that breaks the
 * protocol, {@code tool_error} for a tool that says it failed, {@code timeout} for a stream that was cut by a
 * deadline, and a {@link dev.serai.http.UpstreamStatusException} for a JSON-RPC error.
 */
public final class McpProtocol implements NonBlocking {
    /** 16 MiB. */
    public static final int DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    private static final String DISCOVER = "server/discover";
    private static final String INITIALIZE = "initialize";
    static final String CALL = "tools/call";
    private static final String SUBSCRIBE = "resources/subscribe";

    /** Stands for the session with a server that keeps none. */
    private static final Session WITHOUT_SESSION = new Session(null, Handshake.statelessFacts());

    private final Answers answers;
    private final Eras eras = new Eras(System::nanoTime);
    private final ParameterHeaders.Known parameters = new ParameterHeaders.Known();
    private final SessionStreams streams = new SessionStreams(parameters::forget);

    public McpProtocol() {
        this(DEFAULT_MAX_MESSAGE_BYTES);
    }

    /** @param maxMessageBytes the largest message accepted from a server, in bytes; at least 1 */
    public McpProtocol(int maxMessageBytes) {
        this.answers = new Answers(maxMessageBytes);
    }

    /** Says on the exchange in which way its session is opened: with a handshake, without, or by asking first. */
    public void chooseEra(Exchange exchange) {
        setEra(exchange, eras.isStatelessNow(exchange));
    }

    /** Body becomes the question what the server speaks; what the body was comes back with the answer. */
    public void discover(Exchange exchange) {
        exchange.setProperty(McpHeaders.ERA_ASKED_FROM, exchange.getMessage().getBody());
        Requests.write(exchange, StatelessWire.of(exchange, ParameterHeaders.NONE), McpRequest.of(DISCOVER));
    }

    /** Notes what the server speaks by its answer. */
    public void discovered(Exchange exchange) {
        eras.discovered(exchange, answer(exchange));
        askedFrom(exchange);
    }

    /** Notes what the server speaks by its failure to answer; throws it where it says nothing about that. */
    void notDiscovered(Exchange exchange, Exception failure) throws Exception {
        eras.notDiscovered(exchange, failure);
        McpHeaders.clear(exchange.getMessage());
        askedFrom(exchange);
    }

    /** Body becomes what the pool keeps of a server that needs no opening. */
    public void openedWithout(Exchange exchange) {
        exchange.getMessage().setBody(Handshake.statelessFacts());
    }

    /** Body becomes the {@code initialize} request. */
    public void initialize(Exchange exchange) {
        Requests.write(
                exchange, SessionWire.of(null), Handshake.request(offered(exchange), CallerAbilities.of(exchange)));
    }

    /**
     * Forgets what was remembered of a server that refuses the handshake it once answered, so that its era is unknown;
     * throws the failure where that would not help.
     */
    void notInitialized(Exchange exchange, Exception failure) throws Exception {
        eras.notInitialized(exchange, failure);
        McpHeaders.clear(exchange.getMessage());
        setEra(exchange, null);
    }

    /** Body, the answer to {@code initialize}, becomes the facts of the session: a map of text. */
    public void openedSession(Exchange exchange) {
        Message message = exchange.getMessage();
        Object sessionId = message.getHeader(McpHeaders.SESSION_ID);
        JsonNode result = answer(exchange);
        Map<String, String> facts = Handshake.facts(result, offered(exchange), sessionId);
        // From here on there is a session to close, should the rest of the handshake fail.
        Session session = new Session(facts.get(Handshake.ID), facts);
        exchange.setProperty(McpHeaders.SESSION, session);
        message.setBody(facts);
    }

    /** Body, the facts of the session, becomes the notification that ends the handshake. */
    public void initialized(Exchange exchange) {
        Map<?, ?> facts = exchange.getMessage().getBody(Map.class);
        SessionWire wire =
                new SessionWire((String) facts.get(Handshake.ID), (String) facts.get(Handshake.PROTOCOL_VERSION));
        Requests.write(exchange, wire, JsonRpcWriter.notification("notifications/initialized"));
    }

    /**
     * The handshake is done: what the server tells and asks without being asked may be listened to.
     *
     * @return done once that is so; {@code null} where there is nothing to wait for
     */
    @Nullable
    CompletableFuture<Void> listen(Exchange exchange) {
        return streams.opened(exchange, session(exchange));
    }

    /**
     * Body, the arguments, becomes the {@code tools/call} request, or the declared method's with them as parameters. Where a server is called without a session and nobody
     * knows its era, the body stays and the property {@code SeraiMcpEraUnknown} says so.
     */
    public void callTool(Exchange exchange) {
        Session session = session(exchange);
        Boolean stateless = session == null ? eras.isStateless(exchange) : Boolean.valueOf(Wire.isStateless(session));
        setEra(exchange, stateless);
        if (stateless != null) {
            Message message = exchange.getMessage();
            JsonNode given = arguments(message.getBody());
            String method = message.getHeader(McpHeaders.DECLARED_METHOD, CALL, String.class);
            boolean tool = method.equals(CALL);
            McpRequest request = tool ? McpRequest.callTool(toolName(message), given) : McpRequest.of(method, given);
            ParameterHeaders mirrored = tool ? parameters.of(exchange) : ParameterHeaders.NONE;
            Wire wire = stateless ? StatelessWire.of(exchange, mirrored) : SessionWire.of(session);
            streams.used(exchange, stateless ? WITHOUT_SESSION : session);
            Requests.write(exchange, wire, request);
        }
    }

    /** Body, the answer, becomes the whole result; the property {@code SeraiValue} what it means to the caller. */
    public void readResult(Exchange exchange) {
        Pending pending = Pending.of(exchange);
        JsonNode result = answer(exchange);
        boolean asks = pending.isStateless() && StatelessResult.asksForInput(result, pending.request());
        exchange.setProperty(McpHeaders.INPUT_REQUIRED, asks);
        exchange.getMessage().setBody(result);
        if (asks) {
            return;
        }
        if (pending.request().method().equals(SUBSCRIBE)) {
            streams.subscribed(exchange, session(exchange));
        }
        CapabilityException failure = ToolResult.failure(result, sessionId(exchange));
        if (failure != null) {
            throw failure;
        }
        exchange.setProperty(McpHeaders.VALUE, ToolResult.value(result));
        Long fresh = ToolResult.freshMs(result);
        if (fresh != null) {
            exchange.setProperty(InvocationHeaders.FRESH_MS, fresh);
        }
    }

    Answers answers() {
        return answers;
    }

    /** Calls are made in this session. */
    void used(Exchange exchange, @Nullable Session session) {
        streams.used(exchange, session);
    }

    /** The server of this call wants these headers. */
    void learn(Exchange exchange, ParameterHeaders headers) {
        UpstreamCall call = UpstreamCall.of(exchange);
        if (call != null) {
            parameters.learn(call.capability(), headers);
        }
    }

    /** A server that no longer speaks the revision is asked again before the next call. */
    void refused(Exchange exchange, Exception failure) {
        if (StatelessResult.isOtherVersion(failure)) {
            eras.forget(exchange);
        }
    }

    /** The next HTTP step becomes a DELETE of the session. */
    public void closeSession(Exchange exchange) {
        Message message = exchange.getMessage();
        McpHeaders.clear(message);
        Session session = session(exchange);
        streams.closed(exchange, session);
        SessionWire.of(session).headers(message);
        message.setHeader(McpHeaders.HTTP_METHOD, "DELETE");
        message.setBody(null);
    }

    /**
     * Body becomes the notification that nobody waits for the request any more. A server without sessions has learned it
     * from the end of the connection: the property {@code SeraiMcpToBeTold} says whether it is to be sent.
     */
    public void cancelled(Exchange exchange) {
        ManyAwaited many = exchange.getProperty(McpHeaders.MANY, ManyAwaited.class);
        byte[] notice;
        if (many == null) {
            Pending pending = Pending.of(exchange);
            exchange.setProperty(McpHeaders.TO_BE_TOLD, !pending.isStateless());
            notice = cancelled(pending.id());
        } else {
            List<byte[]> each = many.unanswered(McpProtocol::cancelled);
            exchange.setProperty(McpHeaders.TO_BE_TOLD, !each.isEmpty());
            notice = JsonRpcWriter.batch(each);
        }
        Requests.write(exchange, SessionWire.of(session(exchange)), notice);
    }

    private static byte[] cancelled(long id) {
        return JsonRpcWriter.notification("notifications/cancelled", json -> {
            json.writeNumberField("requestId", id);
            json.writeStringField("reason", "nobody waits for the answer any more");
        });
    }

    /** Body becomes a {@code ping} of the session, or what stands for it where there are none. */
    public void ping(Exchange exchange) {
        Session session = session(exchange);
        if (session != null && Wire.isStateless(session)) {
            Requests.write(exchange, StatelessWire.of(exchange, ParameterHeaders.NONE), McpRequest.of(DISCOVER));
        } else {
            Requests.write(exchange, SessionWire.of(session), McpRequest.of("ping"));
        }
    }

    /** Body, an answer to what the server asked during a call, goes out in the session of the call. */
    public void answerServer(Exchange exchange) {
        Requests.write(
                exchange,
                SessionWire.of(session(exchange)),
                exchange.getMessage().getBody(byte[].class));
    }

    /** The next HTTP step asks for the rest of a stream, after the event that the exchange names. */
    public void resume(Exchange exchange) {
        Message message = exchange.getMessage();
        SessionWire.of(session(exchange)).headers(message);
        message.setHeader(McpHeaders.HTTP_METHOD, "GET");
        message.setHeader(McpHeaders.ACCEPT, AnswerReader.EVENT_STREAM);
        message.setHeader(McpHeaders.LAST_EVENT_ID, exchange.getProperty(Resumption.LAST_EVENT_ID));
        message.setBody(null);
    }

    private static void setEra(Exchange exchange, @Nullable Boolean stateless) {
        exchange.setProperty(McpHeaders.STATELESS, Boolean.TRUE.equals(stateless));
        exchange.setProperty(McpHeaders.ERA_UNKNOWN, stateless == null);
    }

    private static void askedFrom(Exchange exchange) {
        exchange.getMessage().setBody(exchange.removeProperty(McpHeaders.ERA_ASKED_FROM));
    }

    /** The result in what the HTTP step brought. */
    JsonNode answer(Exchange exchange) {
        Pending pending = Pending.of(exchange);
        // What a server sends before there is a session is not answered: it may not ask yet.
        boolean opening = pending.request().method().equals(INITIALIZE);
        return answers.read(exchange, new Awaited(pending.id(), sessionId(exchange)), opening ? null : pending);
    }

    static @Nullable String sessionId(Exchange exchange) {
        Session session = session(exchange);
        return session == null ? null : session.id();
    }

    static @Nullable Session session(Exchange exchange) {
        return exchange.getProperty(McpHeaders.SESSION, Session.class);
    }

    private static String offered(Exchange exchange) {
        return ProtocolVersion.offered(exchange.getMessage().getHeader(McpHeaders.DECLARED_VERSION, String.class));
    }

    static String toolName(Message message) {
        String declared = message.getHeader(McpHeaders.TOOL_NAME, String.class);
        if (declared != null) {
            return declared;
        }
        String capability = message.getHeader(InvocationHeaders.ID, "", String.class);
        return capability.substring(capability.lastIndexOf('.') + 1);
    }

    static @Nullable JsonNode arguments(@Nullable Object body) {
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
