package dev.serai.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.capability.Capability;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.loop.NonBlocking;
import dev.serai.web.SentHeader;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Several operations in one request, as an array, to servers that take that; keeps no state. */
public final class GraphqlBatches implements NonBlocking {
    private static final String SINGLY = "SeraiSingly";
    private static final String TOGETHER = "SeraiGraphqlTogether";

    /**
     * The arguments of each call become an operation; that of a persisted query has its text as well. Subscriptions, and
     * calls over a connection, go for themselves.
     */
    public void request(Exchange exchange) {
        Capability capability = UpstreamCall.required(exchange).capability();
        boolean alone = GraphqlSocket.isWanted(capability) || Subscriptions.isOne(capability);
        exchange.setProperty(SINGLY, alone);
        exchange.setProperty(TOGETHER, !alone);
        if (alone) {
            return;
        }
        boolean persisted = GraphqlCalls.isPersisted(capability);
        ArrayNode operations = JsonNodeFactory.instance.arrayNode();
        for (JsonNode variables : exchange.getMessage().getBody(ArrayNode.class)) {
            operations.add(GraphqlCalls.operation(capability, variables, persisted, true));
        }
        GraphqlCalls.sendInSession(exchange, operations);
    }

    /** What came of each, in order: its result or its failure. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        SentHeader.clear(message);
        Capability capability = UpstreamCall.required(exchange).capability();
        List<Object> outcomes = new ArrayList<>();
        for (JsonNode answer : GraphqlAnswer.many(message)) {
            outcomes.add(outcome(capability, answer));
        }
        message.setBody(outcomes);
    }

    private static Object outcome(Capability capability, JsonNode answer) {
        try {
            return GraphqlCalls.result(capability, GraphqlAnswer.of(answer));
        } catch (CapabilityException e) {
            return e;
        }
    }
}
