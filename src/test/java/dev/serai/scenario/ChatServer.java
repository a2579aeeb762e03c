package dev.serai.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A chat server of OpenAI's kind. The first word of what a user said last is what it does; to all else it answers with what it was
 * sent, one {@code role:content} a line.
 */
final class ChatServer implements AutoCloseable {
    private static final String GO_ON = "Your answer was cut off";

    private final StubServer server = new StubServer(this::serve);
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile String key;

    /** A request as it came in; look-up of headers ignores case. */
    record Seen(String path, Map<String, String> headers, JsonNode body) {
        @Nullable
        String header(String name) {
            return headers.get(name);
        }
    }

    ChatServer(String key) {
        this.key = key;
    }

    String url(String path) {
        return server.uri() + path;
    }

    /** From now on no other is good. */
    void requireKey(String next) {
        key = next;
    }

    List<Seen> seen() {
        return seen;
    }

    Seen last() {
        return seen.get(seen.size() - 1);
    }

    private void serve(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(",", values)));
        JsonNode body = TestGateway.tree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        seen.add(new Seen(exchange.getRequestURI().toString(), headers, body));
        String given = headers.getOrDefault("Authorization", "");
        if (!given.equals("Bearer " + key)) {
            refuse(exchange, 401, "invalid key " + given);
            return;
        }
        List<String> said = said(body);
        String asked = said.get(said.size() - 1);
        String[] words = asked.split("[: ]", -1);
        switch (words[1]) {
            case "status" -> refuse(exchange, Integer.parseInt(words[2]), "no, not with " + given);
            case "plain" ->
                StubServer.answer(
                        exchange, 200, asked.substring("user:plain".length()).strip());
            case "think" -> answer(exchange, body, said("42").put("reasoning_content", "let me see"), "stop");
            case "call" -> answer(exchange, body, calls("{\"city\":\"Rome\"}"), "tool_calls");
            case "cut-call" -> answer(exchange, body, calls("{\"ci"), "length");
            case "long" -> answer(exchange, body, said("part-0 "), "length");
            case "Your" -> rest(exchange, body, said);
            default -> answer(exchange, body, said(String.join("\n", said)), "stop");
        }
    }

    /** Each part says how many there were before; what began the answer says how it goes on. */
    private void rest(HttpExchange exchange, JsonNode body, List<String> said) throws IOException {
        String began = said.get(said.size() - 3);
        int parts = said.get(said.size() - 2).split("part-", -1).length - 1;
        String how = began.substring(began.lastIndexOf(' ') + 1);
        switch (how) {
            case "repeating" -> answer(exchange, body, said("part-0 "), "length");
            case "empty" -> answer(exchange, body, said(""), "stop");
            case "failing" -> refuse(exchange, 503, "overloaded");
            case "endless" -> answer(exchange, body, said("part-" + parts + " "), "length");
            default -> {
                boolean last = parts == Integer.parseInt(how) - 1;
                answer(exchange, body, said("part-" + parts + (last ? "." : " ")), last ? "stop" : "length");
            }
        }
    }

    static List<String> said(JsonNode body) {
        return StreamSupport.stream(body.path("messages").spliterator(), false)
                .map(message -> message.path("role").asText() + ":"
                        + message.path("content").asText())
                .collect(Collectors.toList());
    }

    private static ObjectNode said(String content) {
        return JsonNodeFactory.instance.objectNode().put("role", "assistant").put("content", content);
    }

    private static ObjectNode calls(String arguments) {
        ObjectNode message = said("").putNull("content");
        ObjectNode call = message.putArray("tool_calls").addObject().put("id", "call-1");
        call.put("type", "function")
                .putObject("function")
                .put("name", "weather")
                .put("arguments", arguments);
        return message;
    }

    private void answer(HttpExchange exchange, JsonNode body, ObjectNode message, String reason) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("id", "chat-" + seen.size());
        answer.put("model", body.path("model").asText());
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        choice.put("finish_reason", reason).set("message", message);
        answer.putObject("usage")
                .put("prompt_tokens", 10)
                .put("completion_tokens", 5)
                .put("total_tokens", 15);
        exchange.getResponseHeaders().set("X-Request-Id", "answer-" + seen.size());
        exchange.getResponseHeaders().set("Msh-Context-Cache-Token-Saved", "cache-" + seen.size());
        StubServer.answer(exchange, 200, answer.toString());
    }

    private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.putObject("error")
                .put("message", message)
                .put("type", "of_the_test")
                .putNull("code");
        StubServer.answer(exchange, status, error.toString());
    }

    /** Whether a request asks for the rest of an answer. */
    static boolean asksForMore(Seen request) {
        List<String> said = said(request.body());
        return said.get(said.size() - 1).startsWith("user:" + GO_ON);
    }

    @Override
    public void close() {
        server.close();
    }
}
