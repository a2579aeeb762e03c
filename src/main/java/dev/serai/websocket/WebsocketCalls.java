package dev.serai.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.capability.ProviderMetadata;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.loop.NonBlocking;
import dev.serai.session.Session;
import dev.serai.socket.Parts;
import dev.serai.socket.SocketOrder;
import dev.serai.web.Login;
import dev.serai.web.SentHeader;
import dev.serai.websocket.Declared.Correlation;
import dev.serai.websocket.Messages.Written;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What the routes of WebSocket servers call between their steps. Keeps no state but what declarations were found to mean. */
public final class WebsocketCalls implements NonBlocking {
    private static final String SESSION = "SeraiSession";
    private static final String VALUE = "SeraiValue";
    /** A connection that is open is to be greeted. */
    private static final String HELLO = "SeraiWebsocketHello";
    /** Of the transport: an id whose connection has ended. */
    private static final String LOST = "404";

    private static final int NO_CONTENT = 204;

    private final ConcurrentHashMap<String, Known> known = new ConcurrentHashMap<>();
    private final Messages messages = new Messages();

    private record Known(Capability capability, Declared declared) {}

    /** The next request opens a connection. */
    public void open(Exchange exchange) {
        UpstreamCall call = required(exchange);
        Declared declared = declared(call.capability());
        if (declared.hello() != null && declared.hello().hasPlaces()) {
            call.withholdCredential();
        }
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, "GET");
        if (declared.origin() != null) {
            SentHeader.set(message, "Origin", declared.origin());
        }
        message.setBody(null);
        call.order(declared.open());
    }

    /** The connection becomes the session, and the property {@code SeraiWebsocketHello} says whether a greeting is next. */
    public void opened(Exchange exchange) {
        UpstreamCall call = required(exchange);
        Message message = exchange.getMessage();
        SentHeader.clear(message);
        String id = new String((byte[]) message.getBody(), StandardCharsets.UTF_8);
        // Whatever fails from here on, the connection is closed.
        exchange.setProperty(SESSION, new Session(id, Map.of()));
        Declared declared = declared(call.capability());
        exchange.setProperty(HELLO, declared.hello() != null);
        if (declared.hello() == null) {
            message.setBody(facts(id));
            return;
        }
        ObjectNode fields = declared.hello().hasPlaces() ? Login.fields(call) : JsonNodeFactory.instance.objectNode();
        send(exchange, declared, messages.write(declared, declared.hello(), fields));
    }

    /**
     * The server has answered the greeting.
     *
     * @throws CapabilityException {@code session_unavailable} where it tells of a failure
     */
    public void greeted(Exchange exchange) {
        UpstreamCall call = required(exchange);
        Declared declared = declared(call.capability());
        Message message = exchange.getMessage();
        List<String> secrets = new ArrayList<>();
        if (declared.hello() != null && declared.hello().hasPlaces()) {
            Login.fields(call).forEach(value -> secrets.add(value.asText()));
        }
        if (status(message) != NO_CONTENT) {
            try {
                new Answers(declared, secrets).read(message.getBody());
            } catch (CapabilityException e) {
                throw new CapabilityException(
                        ErrorCode.SESSION_UNAVAILABLE, "the greeting was refused: " + e.getMessage(), e);
            }
        }
        message.setBody(facts(String.valueOf(session(exchange).id())));
    }

    private static Map<String, String> facts(String id) {
        return Map.of("id", id, "lostWhen", LOST);
    }

    /** The arguments become a message. */
    public void request(Exchange exchange) {
        UpstreamCall call = required(exchange);
        Declared declared = declared(call.capability());
        ObjectNode arguments = exchange.getMessage().getBody() instanceof ObjectNode given
                ? given
                : JsonNodeFactory.instance.objectNode();
        Written written = messages.write(declared, declared.message(), arguments);
        Stream stream = declared.stream();
        if (stream == null) {
            send(exchange, declared, written);
            return;
        }
        String id = String.valueOf(session(exchange).id());
        write(exchange, written.text());
        call.order(new SocketOrder.Follow(id, messages.following(declared, stream, written, arguments)));
    }

    /** What came becomes the result. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        Declared declared = declared(required(exchange).capability());
        Answers answers = new Answers(declared, List.of());
        if (message.getBody() instanceof InputStream parts) {
            message.setBody(Parts.read(exchange, parts, answers.parts()));
        } else if (status(message) == NO_CONTENT) {
            message.setBody(JsonNodeFactory.instance.objectNode().put("sent", true));
        } else {
            JsonNode answer = answers.read(message.getBody());
            message.setBody(answer);
            exchange.setProperty(VALUE, answers.result(answer));
        }
    }

    /** The next request asks whether the server is still there. */
    public void ping(Exchange exchange) {
        write(exchange, "");
        required(exchange)
                .order(new SocketOrder.Ping(String.valueOf(session(exchange).id())));
    }

    /** The next request closes the connection. */
    public void close(Exchange exchange) {
        write(exchange, "");
        required(exchange)
                .order(new SocketOrder.Close(String.valueOf(session(exchange).id())));
    }

    private static void send(Exchange exchange, Declared declared, Written written) {
        String id = String.valueOf(session(exchange).id());
        write(exchange, written.text());
        UpstreamCall.required(exchange)
                .order(
                        declared.correlation() == Correlation.NONE
                                ? new SocketOrder.Tell(id)
                                : new SocketOrder.Ask(id, written.match()));
    }

    private static void write(Exchange exchange, String text) {
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, "POST");
        message.setBody(text.getBytes(StandardCharsets.UTF_8));
    }

    private static int status(Message message) {
        return message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
    }

    private static Session session(Exchange exchange) {
        Session session = exchange.getProperty(SESSION, Session.class);
        if (session == null || session.id() == null) {
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    "a call needs a connection, which is the session; expected requires_session: true");
        }
        return session;
    }

    private static UpstreamCall required(Exchange exchange) {
        UpstreamCall call = UpstreamCall.required(exchange);
        if (!call.serverUrl().startsWith("ws")) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE,
                    "the server URL is none of a WebSocket; expected one that begins with ws:// or wss://");
        }
        return call;
    }

    /** A declaration that was loaded anew is another one, whatever it says. */
    @SuppressWarnings("ReferenceEquality")
    private Declared declared(Capability capability) {
        Known found = known.get(capability.id());
        if (found == null || found.capability() != capability) {
            found = new Known(
                    capability,
                    Declared.of(ProviderMetadata.block(capability.metadata(), String.valueOf(capability.provider()))));
            known.put(capability.id(), found);
        }
        return found.declared();
    }
}
