package dev.serai.graphql;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.session.Session;
import dev.serai.socket.Match;
import dev.serai.socket.Rule;
import dev.serai.socket.SocketOrder;
import dev.serai.socket.SocketOrder.Following;
import dev.serai.web.Login;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Operations over a connection that is the session. Source: GraphQL over WebSocket Protocol (graphql-transport-ws). */
final class GraphqlSocket {
    /** The name of the transport. */
    static final String TRANSPORT = "ws";

    private static final String SESSION = "SeraiSession";
    private static final List<String> PROTOCOL = List.of("graphql-transport-ws");
    /** Close frames that say Unauthorized and Forbidden. */
    private static final Set<Integer> REFUSALS = Set.of(4401, 4403);

    private static final JsonPointer ID = JsonPointer.compile("/id");
    private static final JsonPointer TYPE = JsonPointer.compile("/type");
    private static final int MOST_MESSAGE = 16 * 1024 * 1024;
    private static final int MOST_PENDING = 1_000;
    /** Of the transport: an id whose connection has ended. */
    private static final String LOST = "404";

    private GraphqlSocket() {}

    static boolean isWanted(Capability capability) {
        return TRANSPORT.equals(capability.providerSetting("transport"));
    }

    private static boolean initCarriesCredential(Capability capability) {
        return "credential".equals(capability.providerSetting("init"));
    }

    /** The next request opens a connection. */
    static void open(Exchange exchange) {
        UpstreamCall call = UpstreamCall.required(exchange);
        if (initCarriesCredential(call.capability())) {
            call.withholdCredential();
        }
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, "GET");
        message.setBody(null);
        call.order(new SocketOrder.Open(
                call.capability().providerSetting("endpoint", ""),
                PROTOCOL,
                MOST_MESSAGE,
                MOST_PENDING,
                new Rule(Map.of(TYPE, "ping")),
                "{\"type\":\"pong\"}",
                REFUSALS));
    }

    /** The next request says hello on the connection that was opened. */
    static void init(Exchange exchange) {
        UpstreamCall call = UpstreamCall.required(exchange);
        String id = new String((byte[]) exchange.getMessage().getBody(), StandardCharsets.UTF_8);
        // Whatever fails from here on, the connection is closed.
        exchange.setProperty(SESSION, new Session(id, Map.of()));
        ObjectNode init = JsonNodeFactory.instance.objectNode().put("type", "connection_init");
        if (initCarriesCredential(call.capability())) {
            init.set("payload", Login.fields(call));
        }
        write(exchange, init);
        call.order(new SocketOrder.Ask(id, new Match(TYPE, "connection_ack")));
    }

    /** The connection becomes the session. */
    static void opened(Exchange exchange) {
        exchange.getMessage().setBody(Map.of("id", session(exchange), "lostWhen", LOST));
    }

    /** The next request is this operation. */
    static void subscribe(Exchange exchange, ObjectNode operation) {
        UpstreamCall call = UpstreamCall.required(exchange);
        Capability capability = call.capability();
        String id = UUID.randomUUID().toString();
        ObjectNode subscribe =
                JsonNodeFactory.instance.objectNode().put("id", id).put("type", "subscribe");
        subscribe.set("payload", operation);
        write(exchange, subscribe);
        call.order(new SocketOrder.Follow(
                session(exchange),
                new Following(
                        new Match(ID, id),
                        null,
                        null,
                        null,
                        new Rule(Map.of(TYPE, "complete")),
                        Subscriptions.count(capability),
                        Subscriptions.after(capability),
                        name -> "{\"id\":\"" + id + "\",\"type\":\"complete\"}")));
    }

    /** The next request asks whether the server is still there. */
    static void ping(Exchange exchange) {
        write(exchange, JsonNodeFactory.instance.objectNode());
        UpstreamCall.required(exchange).order(new SocketOrder.Ping(session(exchange)));
    }

    /** The next request closes the connection. */
    static void close(Exchange exchange) {
        write(exchange, JsonNodeFactory.instance.objectNode());
        UpstreamCall.required(exchange).order(new SocketOrder.Close(session(exchange)));
    }

    private static void write(Exchange exchange, ObjectNode message) {
        exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "POST");
        exchange.getMessage().setBody(message);
    }

    private static String session(Exchange exchange) {
        Session session = exchange.getProperty(SESSION, Session.class);
        if (session == null || session.id() == null) {
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    "the transport ws has no calls without a connection; expected requires_session: true");
        }
        return session.id();
    }
}
