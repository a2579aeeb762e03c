package dev.serai.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.loop.NonBlocking;
import dev.serai.session.Session;
import dev.serai.web.Login;
import dev.serai.web.SentHeader;
import dev.serai.web.WebSession;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What the routes of HTTP APIs call between their steps. Keeps no state but what declarations were found to mean. */
public final class RestCalls implements NonBlocking {
    private static final String SESSION = "SeraiSession";
    private static final String LOGOUT = "SeraiRestLogout";

    private final Operations operations = new Operations();

    /** Arguments become the declared request. */
    public void request(Exchange exchange) {
        UpstreamCall call = UpstreamCall.required(exchange);
        call.keepRefusals();
        Message message = exchange.getMessage();
        Capability capability = call.capability();
        Operation operation = operations.of(capability);
        JsonNode body = message.getBody(JsonNode.class);
        SentHeader.set(message, "Accept", capability.providerSetting("accept", "application/json, */*;q=0.5"));
        new Filling(operation, body instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode())
                .into(message);
        attachSession(exchange, call);
    }

    /** The request carries what its session does, where it has one that a login gave. */
    static void attachSession(Exchange exchange, UpstreamCall call) {
        Session session = exchange.getProperty(SESSION, Session.class);
        if (session != null && call.capability().providerSetting("login_path") != null) {
            call.withholdCredential();
            WebSession.attach(exchange.getMessage(), call.capability(), session);
        }
    }

    /** The answer becomes the result. */
    public void read(Exchange exchange) throws IOException {
        Operation operation = operations.of(UpstreamCall.required(exchange).capability());
        Message message = exchange.getMessage();
        SentHeader.clear(message);
        Reply reply = Reply.of(message);
        message.setBody(
                operation.whole() || reply.isEmpty()
                        ? reply.whole(message, UpstreamCall.required(exchange))
                        : reply.body());
    }

    /** The next request logs in, with the credential in its body or as it is declared. */
    public void login(Exchange exchange) {
        UpstreamCall call = UpstreamCall.required(exchange);
        Capability capability = call.capability();
        String path = capability.providerSetting("login_path");
        if (path == null) {
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    "a session needs " + capability.provider() + "_login_path, the path that opens it");
        }
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, capability.providerSetting("login_method", "POST"));
        message.setHeader(Exchange.HTTP_PATH, path);
        SentHeader.set(message, "Accept", "application/json, */*;q=0.5");
        String type = capability.providerSetting("login_type", "json");
        if (type.equals("header")) {
            message.setBody(null);
            return;
        }
        ObjectNode fields = Login.fields(call);
        call.withholdCredential();
        String media = type.equals("form") ? Body.FORM : Body.JSON;
        Body.Written written = new Body(media, null, Set.of(), Map.of()).write(fields);
        SentHeader.set(message, Exchange.CONTENT_TYPE, written.type());
        message.setBody(written.content());
    }

    /** The answer to a login becomes the facts of the session. */
    public void opened(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        SentHeader.clear(message);
        Reply reply = Reply.of(message);
        JsonNode answer = reply.isEmpty() ? MissingNode.getInstance() : reply.body();
        message.setBody(WebSession.facts(UpstreamCall.required(exchange).capability(), answer, message));
    }

    /** The next request, if the property {@code SeraiRestLogout} says that there is one, ends the session. */
    public void logout(Exchange exchange) {
        UpstreamCall call = UpstreamCall.required(exchange);
        Capability capability = call.capability();
        Session session = exchange.getProperty(SESSION, Session.class);
        String path = capability.providerSetting("logout_path");
        exchange.setProperty(LOGOUT, path != null && session != null);
        if (path != null && session != null) {
            Message message = exchange.getMessage();
            message.setHeader(Exchange.HTTP_METHOD, capability.providerSetting("logout_method", "POST"));
            message.setHeader(Exchange.HTTP_PATH, path);
            message.setBody(null);
            call.withholdCredential();
            WebSession.attach(message, capability, session);
        }
    }
}
