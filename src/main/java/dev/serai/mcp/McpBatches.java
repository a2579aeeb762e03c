package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerAbilities;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Outcomes;
import dev.serai.loop.NonBlocking;
import dev.serai.session.Session;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Several calls of a tool as one message, in sessions of the revision that has that. Keeps no state but which sessions' servers
 * take none.
 */
public final class McpBatches implements NonBlocking {
    private static final int MOST_KNOWN = 10_000;

    /** Compared by identity. */
    private final Cache<Session, Boolean> refusing =
            Caffeine.newBuilder().weakKeys().maximumSize(MOST_KNOWN).build();

    /**
     * The arguments of each call become a {@code tools/call} request. Calls go for themselves where the session is of another
     * revision or the message would not be a POST, and where the server may ask their callers something.
     */
    public void request(Exchange exchange) {
        Session session = McpProtocol.session(exchange);
        if (session == null || !canBeOne(exchange, session)) {
            exchange.setProperty(McpHeaders.TOGETHER, false);
            exchange.setProperty(McpHeaders.SINGLY, true);
            return;
        }
        exchange.setProperty(McpHeaders.TOGETHER, true);
        Message message = exchange.getMessage();
        String tool = McpProtocol.toolName(message);
        List<Long> ids = new ArrayList<>();
        List<byte[]> requests = new ArrayList<>();
        for (JsonNode arguments : message.getBody(ArrayNode.class)) {
            long id = Requests.nextId();
            McpRequest request = McpRequest.callTool(tool, McpProtocol.arguments(arguments));
            ids.add(id);
            requests.add(JsonRpcWriter.request(
                    id, request.method(), json -> request.params().write(json)));
        }
        Outcomes told = exchange.getProperty(Outcomes.PROPERTY, Outcomes.class);
        exchange.setProperty(McpHeaders.MANY, new ManyAwaited(ids, session.id(), told));
        GuardedRoute.mcp(exchange).used(exchange, session);
        Requests.write(exchange, SessionWire.of(session), JsonRpcWriter.batch(requests));
    }

    /** What came of each, in order: its result or its failure. */
    public void read(Exchange exchange) {
        ManyAwaited many = exchange.getProperty(McpHeaders.MANY, ManyAwaited.class);
        Session session = McpProtocol.session(exchange);
        Pending pending = new Pending(0, McpRequest.of(McpProtocol.CALL), SessionWire.of(session), 0);
        // In a stream an error may come before answers.
        boolean isWhole = !(exchange.getMessage().getBody() instanceof InputStream);
        List<@Nullable Object> outcomes;
        try {
            outcomes = GuardedRoute.mcp(exchange).answers().read(exchange, many, pending);
        } catch (CapabilityException e) {
            if (isWhole && session != null && many.isRefused(e)) {
                refusing.put(session, true);
                exchange.setProperty(McpHeaders.SINGLY, true);
                return;
            }
            outcomes = many.with(e);
        }
        exchange.getMessage().setBody(outcomes);
    }

    private boolean canBeOne(Exchange exchange, Session session) {
        Message message = exchange.getMessage();
        return ProtocolVersion.BATCHING.equals(session.fact(Handshake.PROTOCOL_VERSION))
                && message.getHeader(McpHeaders.DECLARED_METHOD, McpProtocol.CALL, String.class)
                        .equals(McpProtocol.CALL)
                && message.getHeader(McpHeaders.DECLARED_TRANSPORT) == null
                && UpstreamCall.required(exchange).serverUrl().startsWith("http")
                && CallerAbilities.of(exchange).label().isEmpty()
                && refusing.getIfPresent(session) == null;
    }
}
