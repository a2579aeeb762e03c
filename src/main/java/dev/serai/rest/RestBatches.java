package dev.serai.rest;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.UpstreamText;
import dev.serai.loop.NonBlocking;
import dev.serai.web.SentHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Several calls as one request of a bulk operation, where the declaration names one; keeps no state. */
public final class RestBatches implements NonBlocking {
    private static final String SINGLY = "SeraiSingly";
    private static final String BULK = "SeraiRestBulk";

    /** The arguments of each call become an item; without a bulk operation each call goes for itself. */
    public void request(Exchange exchange) {
        UpstreamCall call = UpstreamCall.required(exchange);
        Capability capability = call.capability();
        String path = capability.providerSetting("bulk_path");
        exchange.setProperty(SINGLY, path == null);
        exchange.setProperty(BULK, path != null);
        if (path == null) {
            return;
        }
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, capability.providerSetting("bulk_method", "POST"));
        message.setHeader(Exchange.HTTP_PATH, path);
        SentHeader.set(message, "Accept", "application/json");
        SentHeader.set(message, Exchange.CONTENT_TYPE, Body.JSON);
        message.setBody(placed(message.getBody(ArrayNode.class), pointer(capability, "bulk_items")));
        RestCalls.attachSession(exchange, call);
    }

    /** What came of each, in order: its result or its failure. */
    public void read(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        SentHeader.clear(message);
        Capability capability = UpstreamCall.required(exchange).capability();
        JsonPointer at = pointer(capability, "bulk_results");
        JsonNode results = Reply.of(message).body().at(at);
        if (!results.isArray()) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the answer of the bulk operation has no array of results at \"" + at + "\"");
        }
        JsonPointer error = pointer(capability, "bulk_error");
        List<Object> outcomes = new ArrayList<>();
        results.forEach(result -> outcomes.add(outcome(result, error)));
        message.setBody(outcomes);
    }

    private static JsonNode placed(ArrayNode items, JsonPointer at) {
        if (at.matches()) {
            return items;
        }
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.withArray(at).addAll(items);
        return root;
    }

    private static Object outcome(JsonNode result, JsonPointer error) {
        JsonNode found = error.matches() ? JsonNodeFactory.instance.missingNode() : result.at(error);
        if (found.isMissingNode() || found.isNull() || (found.isBoolean() && !found.booleanValue())) {
            return result;
        }
        String text = found.path("message").asText(found.asText(""));
        String told = UpstreamText.excerpt(text, List.of());
        return new CapabilityException(
                ErrorCode.TOOL_ERROR,
                told.isEmpty() ? "the server refused this item and says no more" : told,
                result,
                null);
    }

    /** The whole where none is declared. */
    private static JsonPointer pointer(Capability capability, String key) {
        return JsonPointer.compile(capability.providerSetting(key, ""));
    }
}
