package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.entry.EventReply;
import dev.serai.observe.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts how requests of clients are answered, and what could not be told to them. What a client makes up is no label. */
final class Tally {
    /** What is said of a request that was refused before its method counted. */
    static final String NONE = "none";

    private static final String OTHER = "other";
    private static final List<String> METHODS = List.of(
            "initialize",
            "ping",
            "server/discover",
            "subscriptions/listen",
            "logging/setLevel",
            "tools/list",
            "tools/call",
            "resources/list",
            "resources/templates/list",
            "resources/read",
            "resources/subscribe",
            "resources/unsubscribe",
            "prompts/list",
            "prompts/get",
            "completion/complete",
            OTHER,
            NONE);
    private static final List<String> OUTCOMES = List.of("completed", "failed", "input_required", "error");

    private final Map<String, Map<String, LongAdder>> answers = new HashMap<>();
    private final LongAdder dropped = new LongAdder();

    Tally() {
        for (String method : METHODS) {
            Map<String, LongAdder> outcomes = new HashMap<>();
            OUTCOMES.forEach(outcome -> outcomes.put(outcome, new LongAdder()));
            answers.put(method, outcomes);
        }
    }

    /** The same turn, which counts its answer. */
    Turn counted(String method, Turn turn) {
        return new Counted(answers.getOrDefault(method, answers.getOrDefault(OTHER, Map.of())), turn);
    }

    /** A client was too slow for a notification, or has gone. */
    void dropped() {
        dropped.increment();
    }

    void measure(Metrics metrics) {
        answers.forEach((method, outcomes) -> outcomes.forEach((outcome, count) -> metrics.counter(
                "serai.mcp.requests", "Requests of MCP clients", count::sum, "method", method, "outcome", outcome)));
        metrics.counter(
                "serai.mcp.notifications.dropped",
                "Notifications that an MCP client was too slow to take",
                dropped::sum);
    }

    private record Counted(Map<String, LongAdder> outcomes, Turn turn) implements Turn {
        @Override
        public void json(int status, JsonNode body) {
            ended(body);
            turn.json(status, body);
        }

        @Override
        public void empty(int status) {
            turn.empty(status);
        }

        @Override
        public void stream(EventReply events) {
            turn.stream(events);
        }

        @Override
        public boolean canStream() {
            return turn.canStream();
        }

        @Override
        public void ended(JsonNode message) {
            JsonNode result = message.path("result");
            String outcome = !result.isObject()
                    ? "error"
                    : result.path("isError").asBoolean()
                            ? "failed"
                            : result.path("resultType").asText().equals("input_required")
                                    ? "input_required"
                                    : "completed";
            outcomes.getOrDefault(outcome, new LongAdder()).increment();
        }

        @Override
        public void error(@org.jspecify.annotations.Nullable JsonNode id, RpcError error) {
            outcomes.getOrDefault("error", new LongAdder()).increment();
            turn.error(id, error);
        }
    }
}
