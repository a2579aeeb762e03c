package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Outcomes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests that went as one message, whose answers may come in any order, one by one or together. Each is told as it comes.
 * Source: MCP 2025-03-26, Streamable HTTP, sending messages to the server.
 */
final class ManyAwaited implements Expected<List<@Nullable Object>> {
    /** Of a whole message, before anything in it is looked at. Source: JSON-RPC 2.0, 5.1. */
    private static final int PARSE_ERROR = -32700;

    private static final int INVALID_REQUEST = -32600;

    private final Map<Long, Integer> places = new HashMap<>();
    private final List<Awaited> requests = new ArrayList<>();
    private final @Nullable Object[] outcomes;
    private final Outcomes told;
    private int answered;
    /** The error that came is about the message as a whole. */
    private boolean ofWhole;

    /**
     * None has an answer yet.
     *
     * @param sessionId what no message may repeat; {@code null} where there is none
     * @param told of each answer, by its place
     */
    ManyAwaited(List<Long> ids, @Nullable String sessionId, Outcomes told) {
        for (Long id : ids) {
            places.put(id, requests.size());
            requests.add(new Awaited(id, sessionId));
        }
        this.outcomes = new @Nullable Object[ids.size()];
        this.told = told;
    }

    @Override
    public @Nullable List<@Nullable Object> in(JsonNode messages, Incoming others) {
        JsonNode ofNone = null;
        for (JsonNode message : JsonRpcAnswer.each(messages)) {
            if (!JsonRpcAnswer.isAnswer(message)) {
                if (message.isObject()) {
                    others.take(message);
                }
            } else if (JsonRpcAnswer.isOfNone(message)) {
                ofNone = message;
            } else {
                take(message);
            }
        }
        if (answered == outcomes.length) {
            return List.of(outcomes);
        }
        if (ofNone != null) {
            ofWhole = messages.isObject();
            throw JsonRpcAnswer.errorOfMany(ofNone);
        }
        return null;
    }

    private void take(JsonNode answer) {
        Long id = JsonRpcAnswer.id(answer);
        Integer place = id == null ? null : places.get(id);
        if (place != null && outcomes[place] == null) {
            Object outcome = outcome(answer, requests.get(place));
            outcomes[place] = outcome;
            answered++;
            told.of(place, outcome);
        }
    }

    private static Object outcome(JsonNode answer, Awaited request) {
        try {
            JsonNode result = JsonRpcAnswer.result(answer, request);
            CapabilityException failure = ToolResult.failure(result, request.sessionId());
            return failure != null ? failure : ToolResult.of(result);
        } catch (CapabilityException e) {
            return e;
        }
    }

    @Override
    public int requests() {
        return outcomes.length;
    }

    /** Neighbours' answers are no strays. */
    @Override
    public String absentFrom(JsonNode messages) {
        return "the upstream's answer is without the one to this request";
    }

    @Override
    public boolean holdsStray(JsonNode messages) {
        return false;
    }

    /** Whether a server that says this, and nothing else, takes no such message, and has done nothing. */
    boolean isRefused(CapabilityException failure) {
        return answered == 0
                && ofWhole
                && failure instanceof UpstreamStatusException refusal
                && refusal.rpcCode() != null
                && (refusal.rpcCode() == INVALID_REQUEST || refusal.rpcCode() == PARSE_ERROR);
    }

    /** What came, and for the rest why nothing did; throws that where nothing came at all. */
    List<@Nullable Object> with(CapabilityException failure) {
        if (answered == 0) {
            throw failure;
        }
        List<@Nullable Object> all = new ArrayList<>();
        for (Object outcome : outcomes) {
            all.add(outcome == null ? failure : outcome);
        }
        return all;
    }

    /** Messages about each request that has no answer. */
    List<byte[]> unanswered(LongFunction<byte[]> message) {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < outcomes.length; i++) {
            if (outcomes[i] == null) {
                messages.add(message.apply(requests.get(i).id()));
            }
        }
        return messages;
    }
}
