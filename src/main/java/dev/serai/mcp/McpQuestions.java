package dev.serai.mcp;

import static dev.serai.mcp.AnswerReader.protocolError;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.loop.NonBlocking;
import dev.serai.loop.Workers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has the caller answer what a stateless server wants to know before it goes on, and makes of the answers the request
 * that follows. Source: MCP 2026-07-28, multi round-trip requests. Waits without a thread.
 */
public final class McpQuestions extends AsyncProcessorSupport implements NonBlocking {
    static final int MOST_ROUNDS = 10;
    private static final int MOST_QUESTIONS = 32;

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            Pending pending = Pending.of(exchange);
            JsonNode asked = exchange.getMessage().getBody(JsonNode.class);
            Map<String, CompletableFuture<JsonNode>> answers = ask(exchange, pending, asked);
            CompletableFuture<Void> all =
                    CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new));
            if (all.isDone()) {
                goOn(exchange, pending, asked, answers);
                callback.done(true);
                return true;
            }
            var unused = all.whenComplete((none, failure) -> onWorker(exchange, () -> {
                goOn(exchange, pending, asked, answers);
                callback.done(false);
            }));
            return false;
        } catch (CapabilityException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    private static void onWorker(Exchange exchange, Runnable rest) {
        Workers workers = exchange.getContext().getRegistry().lookupByNameAndType("workers", Workers.class);
        if (workers == null) {
            rest.run();
        } else {
            workers.goOn(rest);
        }
    }

    private static Map<String, CompletableFuture<JsonNode>> ask(Exchange exchange, Pending pending, JsonNode asked) {
        JsonNode questions = asked.path("inputRequests");
        JsonNode state = asked.path("requestState");
        boolean usable = questions.isObject() ? questions.size() <= MOST_QUESTIONS : questions.isMissingNode();
        if (!usable
                || (questions.isEmpty() && state.isMissingNode())
                || !(state.isTextual() || state.isMissingNode())) {
            throw protocolError(
                    "the upstream asks for input, but not as it should: expected inputRequests, an object of at most "
                            + MOST_QUESTIONS + ", or requestState, a text",
                    null);
        }
        if (pending.rounds() >= MOST_ROUNDS) {
            throw protocolError("the upstream asked for input more than " + MOST_ROUNDS + " times", null);
        }
        UpstreamCall call = UpstreamCall.of(exchange);
        long deadline = call == null ? System.nanoTime() : call.deadlineNanos();
        CallerChannel channel = CallerChannel.of(exchange);
        if (channel != null && pending.rounds() == 0) {
            channel.canBeginAnew();
        }
        Map<String, CompletableFuture<JsonNode>> answers = new LinkedHashMap<>();
        questions.properties().forEach(question -> {
            String method = question.getValue().path("method").asText();
            JsonNode params = question.getValue().path("params");
            answers.put(question.getKey(), CallerQuestions.ask(channel, question.getKey(), method, params, deadline));
        });
        return answers;
    }

    /** Leaves the next request, or why there is none. */
    private static void goOn(
            Exchange exchange, Pending pending, JsonNode asked, Map<String, CompletableFuture<JsonNode>> answers) {
        for (CompletableFuture<JsonNode> answer : answers.values()) {
            CapabilityException failure = failure(answer);
            if (failure != null) {
                exchange.setException(failure);
                return;
            }
        }
        McpRequest next = pending.request().with(json -> {
            if (!answers.isEmpty()) {
                json.writeObjectFieldStart("inputResponses");
                for (Map.Entry<String, CompletableFuture<JsonNode>> answer : answers.entrySet()) {
                    json.writeFieldName(answer.getKey());
                    Json.MAPPER.writeTree(json, answer.getValue().join());
                }
                json.writeEndObject();
            }
            if (asked.has("requestState")) {
                json.writeStringField("requestState", asked.path("requestState").asText());
            }
        });
        try {
            Requests.write(exchange, pending.wire(), pending.request(), next, pending.rounds() + 1);
        } catch (CapabilityException e) {
            exchange.setException(e);
        }
    }

    private static @Nullable CapabilityException failure(CompletableFuture<JsonNode> answer) {
        if (!answer.isCompletedExceptionally()) {
            return null;
        }
        Throwable[] cause = new Throwable[1];
        var unused = answer.whenComplete((none, failure) -> cause[0] = failure);
        for (Throwable t = cause[0]; t != null; t = t.getCause()) {
            if (t instanceof CapabilityException known) {
                return known;
            }
            if (t instanceof TimeoutException) {
                return new CapabilityException(
                        ErrorCode.TIMEOUT, "the caller did not answer the server before the deadline", t);
            }
        }
        return new CapabilityException(
                ErrorCode.UPSTREAM_ERROR, "the caller could not be asked what the server asks", cause[0]);
    }
}
