package dev.serai.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What the routes of GraphQL servers call between their steps; keeps no state. */
public final class GraphqlCalls implements NonBlocking {
    private static final String SESSION = "SeraiSession";
    /** The server does not know the query by its hash. */
    private static final String AGAIN = "SeraiGraphqlAgain";

    private static final String LOGOUT = "SeraiGraphqlLogout";
    private static final String ARGUMENTS = "SeraiGraphqlArguments";
    /** The session is a connection. */
    private static final String SOCKET = "SeraiGraphqlSocket";

    /** Arguments become the variables of the declared query; of a persisted one the hash is tried first. */
    public void request(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonNode body = message.getBody(JsonNode.class);
        JsonNode variables = body == null ? JsonNodeFactory.instance.objectNode() : body;
        UpstreamCall call = UpstreamCall.required(exchange);
        Capability capability = call.capability();
        boolean persisted = isPersisted(capability);
        if (GraphqlSocket.isWanted(capability)) {
            call.takeRefusals();
            GraphqlSocket.subscribe(exchange, operation(capability, variables, persisted, true));
            return;
        }
        if (Subscriptions.isOne(capability)) {
            write(exchange, variables, persisted, true);
            return;
        }
        exchange.setProperty(ARGUMENTS, persisted ? variables : null);
        write(exchange, variables, persisted, !persisted);
    }

    /** The same query with its text. */
    public void again(Exchange exchange) {
        JsonNode variables = exchange.getProperty(ARGUMENTS, JsonNode.class);
        exchange.removeProperty(ARGUMENTS);
        write(exchange, variables, true, true);
    }

    /** The answer becomes the result, or the property {@code SeraiGraphqlAgain} says that the text is wanted. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        SentHeader.clear(message);
        UpstreamCall call = UpstreamCall.required(exchange);
        Capability capability = call.capability();
        if (message.getBody() instanceof InputStream stream) {
            exchange.setProperty(AGAIN, false);
            message.setBody(Subscriptions.read(
                    exchange,
                    stream,
                    GraphqlSocket.isWanted(capability)
                            ? Subscriptions.messages(capability)
                            : Subscriptions.events(capability)));
            return;
        }
        GraphqlAnswer answer = GraphqlAnswer.of(message);
        boolean again = exchange.getProperty(ARGUMENTS) != null
                && capability.providerSetting("query") != null
                && answer.isUnknownQuery();
        exchange.setProperty(AGAIN, again);
        if (again) {
            return;
        }
        if (!answer.isRefusal()) {
            call.noteWork();
        }
        JsonNode result = result(capability, answer);
        message.setBody(
                Subscriptions.isOne(capability)
                        ? JsonNodeFactory.instance.arrayNode().add(result)
                        : result);
    }

    /** The next request logs in with the declared mutation, whose variables are the parts of the credential. */
    public void login(Exchange exchange) {
        UpstreamCall call = UpstreamCall.required(exchange);
        exchange.setProperty(SOCKET, GraphqlSocket.isWanted(call.capability()));
        if (GraphqlSocket.isWanted(call.capability())) {
            GraphqlSocket.open(exchange);
            return;
        }
        String query = call.capability().providerSetting("login_query");
        if (query == null) {
            throw new CapabilityException(
                    ErrorCode.SESSION_UNAVAILABLE,
                    "a session needs " + call.capability().provider() + "_login_query, the mutation that opens it");
        }
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("query", query);
        request.set("variables", Login.fields(call));
        call.withholdCredential();
        send(exchange, request);
    }

    /** The answer to a login becomes the facts of the session; over a connection that was opened a greeting is next. */
    public void opened(Exchange exchange) {
        Message message = exchange.getMessage();
        SentHeader.clear(message);
        UpstreamCall call = UpstreamCall.required(exchange);
        if (GraphqlSocket.isWanted(call.capability())) {
            GraphqlSocket.init(exchange);
            return;
        }
        List<String> secrets = new ArrayList<>();
        Login.fields(call).forEach(value -> secrets.add(value.asText()));
        JsonNode answer = GraphqlAnswer.of(message).ofLogin(secrets);
        message.setBody(WebSession.facts(call.capability(), answer, message));
    }

    /** The server has answered the greeting: the connection becomes the session. */
    public void acknowledged(Exchange exchange) {
        GraphqlSocket.opened(exchange);
    }

    /** The next request, if the property {@code SeraiGraphqlSocket} says that there is one, asks whether the server is there. */
    public void ping(Exchange exchange) {
        boolean wanted = GraphqlSocket.isWanted(UpstreamCall.required(exchange).capability());
        exchange.setProperty(SOCKET, wanted);
        if (wanted) {
            GraphqlSocket.ping(exchange);
        }
    }

    /** The next request, if the property {@code SeraiGraphqlLogout} says that there is one, ends the session. */
    public void logout(Exchange exchange) {
        UpstreamCall call = UpstreamCall.required(exchange);
        if (GraphqlSocket.isWanted(call.capability())) {
            exchange.setProperty(LOGOUT, true);
            GraphqlSocket.close(exchange);
            return;
        }
        String query = call.capability().providerSetting("logout_query");
        Session session = exchange.getProperty(SESSION, Session.class);
        boolean told = query != null && session != null;
        exchange.setProperty(LOGOUT, told);
        if (told) {
            call.withholdCredential();
            send(exchange, JsonNodeFactory.instance.objectNode().put("query", query));
            WebSession.attach(exchange.getMessage(), call.capability(), session);
        }
    }

    private static void write(Exchange exchange, JsonNode variables, boolean hash, boolean text) {
        UpstreamCall call = UpstreamCall.required(exchange);
        sendInSession(exchange, operation(call.capability(), variables, hash, text));
        if (Subscriptions.isOne(call.capability())) {
            SentHeader.set(exchange.getMessage(), "Accept", "text/event-stream");
        }
    }

    /** The declared query with these variables, named by its hash, with its text, or both. */
    static ObjectNode operation(Capability capability, JsonNode variables, boolean hash, boolean text) {
        String query = capability.providerSetting("query");
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        if (text && query != null) {
            request.put("query", query);
        }
        String name = capability.providerSetting("operation_name");
        if (name != null) {
            request.put("operationName", name);
        }
        request.set("variables", variables);
        if (hash) {
            String declared = capability.providerSetting("persisted_hash");
            request.putObject("extensions")
                    .putObject("persistedQuery")
                    .put("version", 1)
                    .put("sha256Hash", declared != null ? declared : QueryHash.of(String.valueOf(query)));
        }
        return request;
    }

    static boolean isPersisted(Capability capability) {
        return "true".equals(capability.providerSetting("persisted"))
                || capability.providerSetting("persisted_hash") != null;
    }

    /** What of an answer is the result of a call of this capability. */
    static JsonNode result(Capability capability, GraphqlAnswer answer) {
        boolean accepts = "accept".equals(capability.providerSetting("partial"));
        boolean whole = "whole".equals(capability.providerSetting("result"));
        return answer.result(accepts, whole);
    }

    /** The next request is this, with what the session carries. */
    static void sendInSession(Exchange exchange, JsonNode request) {
        send(exchange, request);
        UpstreamCall call = UpstreamCall.required(exchange);
        Session session = exchange.getProperty(SESSION, Session.class);
        if (session != null && call.capability().providerSetting("login_query") != null) {
            call.withholdCredential();
            WebSession.attach(exchange.getMessage(), call.capability(), session);
        }
    }

    private static void send(Exchange exchange, JsonNode request) {
        UpstreamCall call = UpstreamCall.required(exchange);
        call.takeRefusals();
        Message message = exchange.getMessage();
        String path = call.capability().providerSetting("endpoint");
        if (path != null) {
            message.setHeader(Exchange.HTTP_PATH, path);
        }
        message.setHeader(Exchange.HTTP_METHOD, "POST");
        SentHeader.set(message, "Accept", "application/graphql-response+json, application/json;q=0.9");
        SentHeader.set(message, Exchange.CONTENT_TYPE, "application/json");
        message.setBody(request);
    }
}
