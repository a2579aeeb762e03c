package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.entry.HttpIngress;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/** A provider that does what the official suite expects of the capabilities that it names. */
public final class ConformanceFixture extends AsyncProcessorSupport {
    private static final Executor LATER = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);
    private static final AtomicInteger CHANGES = new AtomicInteger();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String INPUT = "test_input_required_result_";

    private static final Queue<CompletableFuture<JsonNode>> WAITING = new ConcurrentLinkedQueue<>();

    private final JsonNode answers;

    public ConformanceFixture() throws IOException {
        try (InputStream in = ConformanceFixture.class.getResourceAsStream("/conformance/answers.json")) {
            answers = Json.MAPPER.readTree(Objects.requireNonNull(in));
        }
    }

    /** Ends the calls that would wait for ever. */
    static void release() {
        WAITING.forEach(waiting -> waiting.complete(text("no longer")));
        WAITING.clear();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletionStage<JsonNode> result;
        try {
            result = answer(exchange);
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        var unused = result.whenComplete((value, failure) -> {
            if (failure == null) {
                exchange.getMessage().setBody(value);
            } else {
                exchange.setException(
                        failure.getCause() instanceof Exception cause ? cause : new IllegalStateException(failure));
            }
            callback.done(false);
        });
        return false;
    }

    private CompletionStage<JsonNode> answer(Exchange exchange) {
        String method = exchange.getMessage().getHeader("fixture_method", String.class);
        JsonNode arguments = exchange.getMessage().getBody(JsonNode.class);
        if (method != null && answers.path("methods").has(method)) {
            return done(answers.path("methods").get(method));
        }
        CallerChannel caller = Objects.requireNonNull(CallerChannel.of(exchange), "the entry has a way back");
        if (method != null) {
            return method(method, arguments, caller);
        }
        String tool = exchange.getMessage().getHeader("CapabilityId", String.class);
        if (tool.startsWith(INPUT)) {
            return input(tool.substring(INPUT.length()), caller);
        }
        return switch (tool) {
            case "test_error_handling" ->
                failed(new CapabilityException(
                        ErrorCode.TOOL_ERROR,
                        "This tool intentionally returns an error for testing",
                        answers.get(tool),
                        null));
            case "test_tool_with_progress" ->
                later(caller, 0)
                        .thenComposeAsync(done -> later(caller, 50), LATER)
                        .thenComposeAsync(done -> later(caller, 100), LATER)
                        .thenApplyAsync(done -> text("done"), LATER);
            case "test_waits" -> {
                caller.tell("notifications/progress", progress(0));
                CompletableFuture<JsonNode> end = new CompletableFuture<>();
                WAITING.add(end);
                yield end;
            }
            case "test_trigger_tool_change", "test_trigger_prompt_change" ->
                declareOneMore(exchange).thenApply(done -> text("changed"));
            case "test_tool_with_logging", "test_logging_tool" ->
                log(caller, "Tool execution started")
                        .thenComposeAsync(done -> log(caller, "Tool processing data"), LATER)
                        .thenComposeAsync(done -> log(caller, "Tool execution completed"), LATER)
                        .thenApplyAsync(done -> text("Tool with logging executed successfully"), LATER);
            case "test_sampling" ->
                ask(
                                caller,
                                "model",
                                "sampling/createMessage",
                                sampling(arguments.path("prompt").asText(), 100))
                        .thenApply(answer -> text("LLM response: "
                                + answer.path("content").path("text").asText()));
            case "test_elicitation" ->
                ask(
                                caller,
                                "user",
                                "elicitation/create",
                                elicitation(arguments.path("message").asText(), "response"))
                        .thenApply(answer -> text("User response: " + answer));
            case "test_elicitation_sep1034_defaults", "test_elicitation_sep1330_enums" ->
                ask(caller, "form", "elicitation/create", (ObjectNode) answers.get(tool))
                        .thenApply(answer -> text("Elicitation completed: action="
                                + answer.path("action").asText() + ", content=" + answer.path("content")));
            case "test_missing_capability" ->
                ask(caller, "model", "sampling/createMessage", sampling("Hello", 10))
                        .thenApply(answer -> text("answered"));
            case "test_streaming_elicitation" -> {
                caller.tell("notifications/progress", progress(0));
                yield ask(caller, "user", "elicitation/create", elicitation("Confirm?", "ok"))
                        .thenApply(answer -> text("confirmed"));
            }
            default -> done(answers.has(tool) ? answers.get(tool) : text(tool + " called with " + arguments));
        };
    }

    /** Changes the declarations, and has them read again, where the gateway has a folder for that. */
    private static CompletionStage<?> declareOneMore(Exchange exchange) {
        String folder = System.getProperty("serai.fixture.folder");
        if (folder == null) {
            return CompletableFuture.completedFuture("nothing");
        }
        try {
            Files.writeString(
                    Path.of(folder, "one-more.yaml"),
                    "capabilities: [{ id: one-more-" + CHANGES.incrementAndGet()
                            + ", description: One more, metadata: { fixture: { server_url: \"http://localhost:9\" } } }]\n");
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        HttpIngress ingress =
                exchange.getContext().getRegistry().lookupByNameAndType(HttpIngress.NAME, HttpIngress.class);
        URI reload = URI.create("http://127.0.0.1:" + ingress.getServerPort() + "/admin/reload");
        return CLIENT.sendAsync(
                HttpRequest.newBuilder(reload)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.discarding());
    }

    private CompletionStage<JsonNode> method(String method, JsonNode params, CallerChannel caller) {
        if (method.equals("resources/read")) {
            String uri = params.path("uri").asText();
            if (uri.matches("test://template/[^/]+/data")) {
                return done(template(uri));
            }
            return answers.path("resources").has(uri)
                    ? done(answers.path("resources").get(uri))
                    : failed(new UpstreamStatusException(200, -32002, "Resource not found", "no such resource"));
        }
        String name = params.path("name").asText();
        if (name.equals("test_input_required_result_prompt")) {
            return ask(caller, "user_context", "elicitation/create", elicitation("What context?", "context"))
                    .thenApply(answer -> prompt(answer.path("content").toString()));
        }
        if (name.equals("test_prompt_with_arguments")) {
            JsonNode given = params.path("arguments");
            return done(
                    prompt("Prompt with arguments: arg1='" + given.path("arg1").asText() + "', arg2='"
                            + given.path("arg2").asText() + "'"));
        }
        return answers.path("prompts").has(name)
                ? done(answers.path("prompts").get(name))
                : failed(new UpstreamStatusException(200, -32602, "Unknown prompt", "no such prompt"));
    }

    private CompletionStage<JsonNode> input(String kind, CallerChannel caller) {
        ObjectNode name = elicitation("What is your name?", "name");
        return switch (kind) {
            case "elicitation" ->
                ask(caller, "user_name", "elicitation/create", name)
                        .thenApply(answer -> text(
                                "Hello, " + answer.path("content").path("name").asText() + "!"));
            case "sampling" ->
                ask(
                                caller,
                                "capital_question",
                                "sampling/createMessage",
                                sampling("What is the capital of France?", 100))
                        .thenApply(answer ->
                                text(answer.path("content").path("text").asText()));
            case "list_roots" ->
                ask(caller, "client_roots", "roots/list", Rpc.object()).thenApply(answer -> text(answer.toString()));
            case "multi_round" ->
                ask(caller, "step1", "elicitation/create", elicitation("Step 1: What is your name?", "name"))
                        .thenCompose(answer -> ask(
                                caller, "step2", "elicitation/create", elicitation("Step 2: Your colour?", "color")))
                        .thenApply(answer -> text("both steps are done"));
            case "multiple_inputs" -> all(caller, name);
            case "capabilities" -> all(caller, caller.capabilities().has("elicitation") ? name : null);
            default ->
                ask(caller, "confirm", "elicitation/create", elicitation("Please confirm", "ok"))
                        .thenApply(answer -> text("state-ok"));
        };
    }

    private CompletionStage<JsonNode> all(CallerChannel caller, @Nullable ObjectNode name) {
        Map<String, CompletionStage<JsonNode>> open = new LinkedHashMap<>();
        if (name != null) {
            open.put("user_name", caller.ask("user_name", "elicitation/create", name));
        }
        if (caller.capabilities().has("sampling")) {
            open.put("greeting", caller.ask("greeting", "sampling/createMessage", sampling("Generate a greeting", 50)));
        }
        if (caller.capabilities().has("roots")) {
            open.put("client_roots", caller.ask("client_roots", "roots/list", Rpc.object()));
        }
        return CompletableFuture.allOf(open.values().stream()
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture[]::new))
                .thenApply(done -> text("all inputs are there"));
    }

    private static CompletionStage<JsonNode> ask(CallerChannel caller, String key, String method, ObjectNode params) {
        return caller.ask(key, method, params);
    }

    private static CompletionStage<JsonNode> later(CallerChannel caller, int percent) {
        caller.tell("notifications/progress", progress(percent));
        return done(text("at " + percent));
    }

    private static CompletionStage<JsonNode> log(CallerChannel caller, String message) {
        caller.tell("notifications/message", Rpc.object().put("level", "info").put("data", message));
        return done(text(message));
    }

    private static ObjectNode progress(int percent) {
        return Rpc.object()
                .put("progressToken", "the provider's own")
                .put("progress", percent)
                .put("total", 100)
                .put("message", "Completed step " + percent + " of 100");
    }

    private static ObjectNode sampling(String prompt, int maxTokens) {
        ObjectNode params = Rpc.object().put("maxTokens", maxTokens);
        params.putArray("messages")
                .addObject()
                .put("role", "user")
                .putObject("content")
                .put("type", "text")
                .put("text", prompt);
        return params;
    }

    private static ObjectNode elicitation(String message, String field) {
        ObjectNode params = Rpc.object().put("mode", "form").put("message", message);
        ObjectNode schema = params.putObject("requestedSchema").put("type", "object");
        schema.putObject("properties").putObject(field).put("type", field.equals("ok") ? "boolean" : "string");
        schema.putArray("required").add(field);
        return params;
    }

    private static ObjectNode template(String uri) {
        String id = uri.split("/", -1)[3];
        ObjectNode result = Rpc.object();
        result.putArray("contents")
                .addObject()
                .put("uri", uri)
                .put("mimeType", "application/json")
                .put("text", "{\"id\":\"" + id + "\",\"templateTest\":true,\"data\":\"Data for ID: " + id + "\"}");
        return result;
    }

    private static ObjectNode prompt(String text) {
        ObjectNode result = Rpc.object();
        ObjectNode message = result.putArray("messages").addObject().put("role", "user");
        message.putObject("content").put("type", "text").put("text", text);
        return result;
    }

    private static ObjectNode text(String text) {
        ObjectNode result = Rpc.object();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }

    private static CompletionStage<JsonNode> done(JsonNode value) {
        return CompletableFuture.completedFuture(value);
    }

    private static CompletionStage<JsonNode> failed(RuntimeException why) {
        return CompletableFuture.failedFuture(why);
    }
}
