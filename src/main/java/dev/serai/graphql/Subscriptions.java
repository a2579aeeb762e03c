package dev.serai.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.capability.Durations;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.socket.Parts;
import java.io.InputStream;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Operations whose answer is a stream of results. Sources: GraphQL over Server-Sent Events Protocol, distinct connections mode;
 * GraphQL over WebSocket Protocol.
 */
final class Subscriptions {
    private Subscriptions() {}

    /** Whether the declared operation is one. */
    static boolean isOne(Capability capability) {
        return OperationKind.isSubscription(
                capability.providerSetting("query"), capability.providerSetting("operation_name"));
    }

    static int count(Capability capability) {
        return Integer.parseInt(capability.providerSetting("end_count", "0"));
    }

    static @Nullable Duration after(Capability capability) {
        String after = capability.providerSetting("end_after");
        return after == null ? null : Durations.parse(after);
    }

    /** All results of a stream; of another operation than a subscription the one there is. */
    static JsonNode read(Exchange exchange, InputStream stream, Parts.Reading reading) {
        Capability capability = UpstreamCall.required(exchange).capability();
        ArrayNode parts = Parts.read(exchange, stream, reading, count(capability), after(capability));
        if (isOne(capability)) {
            return parts;
        }
        if (parts.isEmpty()) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the stream ended without a result of the operation");
        }
        return parts.get(0);
    }

    /** Events whose data are results. */
    static Parts.Reading events(Capability capability) {
        return new Parts.Reading() {
            @Override
            public @Nullable JsonNode part(String type, JsonNode message) {
                return type.equals("next") ? result(capability, message) : null;
            }

            @Override
            public boolean isEnd(String type) {
                return type.equals("complete");
            }

            /** Another operation has one result, after which nothing is missing. */
            @Override
            public boolean needsEnd() {
                return isOne(capability);
            }
        };
    }

    /** Messages of the other protocol, which have results in them. */
    static Parts.Reading messages(Capability capability) {
        return new Parts.Reading() {
            @Override
            public @Nullable JsonNode part(String type, JsonNode message) {
                JsonNode payload = message.path("payload");
                return switch (message.path("type").asText()) {
                    case "next" -> result(capability, payload);
                    case "error" -> {
                        ObjectNode answer = JsonNodeFactory.instance.objectNode();
                        answer.set("errors", payload);
                        yield result(capability, answer);
                    }
                    default -> null;
                };
            }

            @Override
            public boolean isEnd(String type) {
                return type.equals("end");
            }
        };
    }

    private static JsonNode result(Capability capability, JsonNode answer) {
        return GraphqlAnswer.of(answer)
                .result(
                        "accept".equals(capability.providerSetting("partial")),
                        "whole".equals(capability.providerSetting("result")));
    }
}
