package dev.serai.websocket;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.socket.Match;
import dev.serai.socket.Rule;
import dev.serai.socket.SocketOrder.Following;
import dev.serai.websocket.Declared.Correlation;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Writes messages as declarations describe them, each with an id of its own. */
final class Messages {
    private static final String ID = "_id";
    private static final String SUBSCRIPTION = "_subscription";

    private final AtomicInteger numbers = new AtomicInteger();

    /**
     * One message.
     *
     * @param match by which its answer is known; {@code null} where it has no id
     */
    record Written(String text, @Nullable Match match) {}

    /** @throws CapabilityException {@code invalid_arguments} where they make no message */
    Written write(Declared declared, @Nullable Template template, ObjectNode arguments) {
        JsonNode message = template == null ? arguments.deepCopy() : template.with(arguments);
        if (declared.correlation() != Correlation.ID) {
            return new Written(text(message), null);
        }
        JsonNode id = newId(declared);
        put(message, declared.id(), id);
        return new Written(text(message), new Match(declared.answerId(), id.asText()));
    }

    private JsonNode newId(Declared declared) {
        return declared.numbered()
                ? JsonNodeFactory.instance.numberNode(numbers.incrementAndGet() & Integer.MAX_VALUE)
                : JsonNodeFactory.instance.textNode(UUID.randomUUID().toString());
    }

    private static void put(JsonNode message, JsonPointer at, JsonNode id) {
        try {
            JsonPointer parent = at.head();
            ObjectNode into = parent == null || parent.matches()
                    ? (ObjectNode) message
                    : ((ObjectNode) message).withObject(parent, JsonNode.OverwriteMode.NONE, true);
            into.set(at.last().getMatchingProperty(), id);
        } catch (ClassCastException | UnsupportedOperationException e) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS,
                    "the message has no place for an id at " + at + "; expected an object there",
                    e);
        }
    }

    private static String text(JsonNode message) {
        try {
            return Json.MAPPER.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS, "the message is nested too deeply to be written as JSON", e);
        }
    }

    /** What follows a message. */
    Following following(Declared declared, Stream stream, Written written, ObjectNode arguments) {
        return new Following(
                written.match(),
                stream.subscription(),
                stream.pushId(),
                rule(stream.pushWhen(), arguments),
                rule(stream.endWhen(), arguments),
                stream.count(),
                stream.after(),
                name -> farewell(declared, stream, written, arguments, name));
    }

    private static @Nullable Rule rule(@Nullable Template declared, ObjectNode arguments) {
        if (declared == null) {
            return null;
        }
        try {
            JsonNode filled = declared.with(arguments);
            if (filled.size() < declared.message().size()) {
                throw new IllegalArgumentException("an argument is missing");
            }
            return Rule.of(filled);
        } catch (IllegalArgumentException e) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS,
                    "an argument that says which messages are wanted is missing, or is neither text, number nor truth"
                            + " value",
                    e);
        }
    }

    private @Nullable String farewell(
            Declared declared, Stream stream, Written written, ObjectNode arguments, @Nullable String name) {
        Template template = stream.unsubscribe();
        if (template == null) {
            return null;
        }
        ObjectNode known = arguments.deepCopy();
        if (written.match() != null) {
            known.put(ID, written.match().value());
        }
        if (name != null) {
            known.put(SUBSCRIPTION, name);
        }
        JsonNode message = template.with(known);
        if (declared.correlation() == Correlation.ID
                && message.isObject()
                && message.at(declared.id()).isMissingNode()) {
            put(message, declared.id(), newId(declared));
        }
        return text(message);
    }
}
