package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ProviderResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests that went as one message, whose answers may come in any order, one by one or together. Source: MCP 2025-03-26,
 * Streamable HTTP, sending messages to the server.
 */
final class ManyAwaited implements Expected<List<@Nullable Object>> {
    /** Of a whole message, before anything in it is looked at. Source: JSON-RPC 2.0, 5.1. */
    private static final int PARSE_ERROR = -32700;

    private static final int INVALID_REQUEST = -32600;

    private final Map<Long, Integer> places = new HashMap<>();
    private final List<Awaited> requests = new ArrayList<>();
    private final @Nullable Object[] outcomes;
    private int answered;

    /** @param sessionId what no message may repeat; {@code null} where there is none */
    ManyAwaited(List<Long> ids, @Nullable String sessionId) {
        for (Long id : ids) {
            places.put(id, requests.size());
            requests.add(new Awaited(id, sessionId));
        }
        this.outcomes = new @Nullable Object[ids.size()];
    }

    @Override
    public @Nullable List<@Nullable Object> in(JsonNode messages, Incoming others) {
        for (JsonNode message : JsonRpcAnswer.each(messages)) {
            if (JsonRpcAnswer.isAnswer(message)) {
                take(message);
            } else if (message.isObject()) {
                others.take(message);
            }
        }
        return answered == outcomes.length ? List.of(outcomes) : null;
    }

    private void take(JsonNode answer) {
        if (JsonRpcAnswer.isOfNone(answer)) {
            JsonRpcAnswer.result(answer, requests.get(0));
        }
        Long id = JsonRpcAnswer.id(answer);
        Integer place = id == null ? null : places.get(id);
        if (place != null && outcomes[place] == null) {
            outcomes[place] = outcome(answer, requests.get(place));
            answered++;
        }
    }

    private static Object outcome(JsonNode answer, Awaited request) {
        try {
            JsonNode result = JsonRpcAnswer.result(answer, request);
            CapabilityException failure = ToolResult.failure(result, request.sessionId());
            return failure != null ? failure : new ProviderResult(result, ToolResult.value(result));
        } catch (CapabilityException e) {
            return e;
        }
    }

    /** Whether the server takes no such message, and has done nothing. */
    boolean isRefused(CapabilityException failure) {
        return answered == 0
                && failure instanceof UpstreamStatusException refusal
                && refusal.rpcCode() != null
                && (refusal.rpcCode() == INVALID_REQUEST || refusal.rpcCode() == PARSE_ERROR);
    }

    /** What came, and for the rest why nothing did; throws that where nothing came at all. */
    List<@Nullable Object> with(CapabilityException failure) {
        if (answered == 0) {
            throw failure;
        }
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = outcomes[i] == null ? failure : outcomes[i];
        }
        return List.of(outcomes);
    }

    /** Messages about each of the requests. */
    List<byte[]> each(LongFunction<byte[]> message) {
        return requests.stream().map(request -> message.apply(request.id())).toList();
    }
}
