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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A chat server of OpenAI's kind. The first word of what a user said last is what it does; to all else it answers with what it was
 * sent, one {@code role:content} a line.
 */
final class ChatServer implements AutoCloseable {
    private static final String GO_ON = "Your answer was cut off";

    static final int FLOOD_CHARS = 12_800_000;
    private static final int PART_CHARS = 64_000;

    private final Semaphore held = new Semaphore(0);
    private final CountDownLatch left = new CountDownLatch(1);
    private final StubServer server = new StubServer(this::serve);
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final AtomicLong works = new AtomicLong();
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

    /** Requests with a good key. */
    long works() {
        return works.get();
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
        works.incrementAndGet();
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
            case "hold" -> hold(new Parts(exchange, body.path("model").asText()));
            case "break" -> new Parts(exchange, body.path("model").asText()).text("begun");
            case "watch" -> watch(new Parts(exchange, body.path("model").asText()));
            case "flood" -> flood(new Parts(exchange, body.path("model").asText()));
            case "long" -> answer(exchange, body, said("part-0 "), "length");
            case "Your" -> rest(exchange, body, said);
            default -> answer(exchange, body, said(String.join("\n", said)), "stop");
        }
    }

    private void hold(Parts parts) throws IOException {
        parts.text("first ");
        held.acquireUninterruptibly();
        parts.text("and last");
        parts.end("stop");
    }

    /** Writes on until nobody reads. */
    private void watch(Parts parts) {
        try {
            parts.text("first");
            while (!left.await(20, TimeUnit.MILLISECONDS)) {
                parts.text(".");
            }
        } catch (IOException e) {
            left.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void flood(Parts parts) throws IOException {
        for (int sent = 0; sent < FLOOD_CHARS; sent += PART_CHARS) {
            parts.text("x".repeat(PART_CHARS));
        }
        parts.end("stop");
    }

    /** Lets one answer that is held back go on. */
    void release() {
        held.release();
    }

    CountDownLatch left() {
        return left;
    }

    /** An answer in parts. */
    private static final class Parts {
        private final HttpExchange exchange;
        private final String model;

        Parts(HttpExchange exchange, String model) throws IOException {
            this.exchange = exchange;
            this.model = model;
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
        }

        private ObjectNode part() {
            return JsonNodeFactory.instance.objectNode().put("id", "parts").put("model", model);
        }

        private void send(String data) throws IOException {
            exchange.getResponseBody().write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        }

        private void delta(ObjectNode delta) throws IOException {
            ObjectNode part = part();
            part.putArray("choices").addObject().put("index", 0).set("delta", delta);
            send(part.toString());
        }

        void text(String text) throws IOException {
            delta(JsonNodeFactory.instance.objectNode().put("content", text));
        }

        void end(String reason) throws IOException {
            ObjectNode last = part();
            last.putArray("choices").addObject().put("finish_reason", reason).putObject("delta");
            send(last.toString());
            ObjectNode usage = part();
            usage.putArray("choices");
            usage.putObject("usage")
                    .put("prompt_tokens", 10)
                    .put("completion_tokens", 5)
                    .put("total_tokens", 15);
            send(usage.toString());
            send("[DONE]");
        }

        /** Text by the character, arguments of calls in two halves. */
        void all(ObjectNode message, String reason) throws IOException {
            delta(JsonNodeFactory.instance.objectNode().put("role", "assistant").put("content", ""));
            if (message.has("reasoning_content")) {
                delta(JsonNodeFactory.instance.objectNode().set("reasoning_content", message.get("reasoning_content")));
            }
            for (char each : message.path("content").asText("").toCharArray()) {
                if (!message.path("content").isNull()) {
                    text(String.valueOf(each));
                }
            }
            for (JsonNode call : message.path("tool_calls")) {
                String arguments = call.at("/function/arguments").asText();
                ObjectNode head = call.deepCopy();
                head.put("index", 0).withObject("/function").put("arguments", arguments.substring(0, 2));
                ObjectNode tail = JsonNodeFactory.instance.objectNode().put("index", 0);
                tail.putObject("function").put("arguments", arguments.substring(2));
                for (ObjectNode half : new ObjectNode[] {head, tail}) {
                    ObjectNode delta = JsonNodeFactory.instance.objectNode();
                    delta.putArray("tool_calls").add(half);
                    delta(delta);
                }
            }
            end(reason);
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
        if (body.path("stream").asBoolean()) {
            exchange.getResponseHeaders().set("Msh-Context-Cache-Token-Saved", "cache-" + seen.size());
            new Parts(exchange, body.path("model").asText()).all(message, reason);
            return;
        }
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
        left.countDown();
        held.release(100);
        server.close();
    }
}
