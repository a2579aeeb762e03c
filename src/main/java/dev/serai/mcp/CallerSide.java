package dev.serai.mcp;

import static dev.serai.mcp.AnswerReader.protocolError;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Json;
import java.io.InputStream;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The caller's side of one answer's stream: passes on what the server tells of this call, has the caller answer what it
 * asks, and drops the rest. Used by the thread that reads the stream.
 */
final class CallerSide implements Incoming {
    private static final Logger LOG = LoggerFactory.getLogger(CallerSide.class);
    private static final int MOST_QUESTIONS = 100;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int MOST_ID_CHARS = 256;

    private final Pending pending;
    private final @Nullable CallerChannel channel;
    private final long deadlineNanos;
    private final ServerAnswers answers;
    private final Resumption resumption;
    private final int mostQuestions;
    private int questions;

    /** @param requests how many the stream answers, each of which may ask */
    CallerSide(Exchange exchange, Pending pending, int requests, ServerAnswers answers, Resumption resumption) {
        this.mostQuestions = MOST_QUESTIONS * requests;
        this.resumption = resumption;
        this.pending = pending;
        this.channel = CallerChannel.of(exchange);
        UpstreamCall call = UpstreamCall.of(exchange);
        this.deadlineNanos = call == null ? System.nanoTime() : call.deadlineNanos();
        this.answers = answers;
    }

    @Override
    public void take(JsonNode message) {
        String method = message.path("method").asText();
        JsonNode id = message.get("id");
        JsonNode params = message.path("params");
        if (id != null && !id.isNull()) {
            asked(method, id, params);
        } else if (channel != null && params instanceof ObjectNode told && isOfThisCall(method, told)) {
            channel.tell(method, told);
        } else {
            LOG.debug("A notification of a server is passed on to nobody: {}", kind(method));
        }
    }

    @Override
    public @Nullable CapabilityException failure() {
        return answers.failure();
    }

    /** A stateless server's stream cannot be taken up. */
    @Override
    public @Nullable InputStream rest(String eventId, @Nullable Long retryMillis) {
        InputStream rest = pending.isStateless() ? null : resumption.after(eventId, retryMillis);
        answers.reading(rest);
        return rest;
    }

    private boolean isOfThisCall(String method, ObjectNode params) {
        return switch (method) {
            case "notifications/progress" -> {
                JsonNode token = params.path("progressToken");
                yield token.isIntegralNumber() && token.asLong() == pending.id();
            }
            case "notifications/message" -> true;
            default -> false;
        };
    }

    /** The names of methods are the server's: only known ones are written to the log. */
    private static String kind(String method) {
        return switch (method) {
            case "notifications/progress",
                    "notifications/message",
                    "notifications/tools/list_changed",
                    "notifications/prompts/list_changed",
                    "notifications/resources/list_changed",
                    "notifications/resources/updated" -> method;
            default -> "another";
        };
    }

    private void asked(String method, JsonNode id, JsonNode params) {
        if (pending.isStateless()) {
            LOG.debug("A server without sessions has sent a request, which its revision forbids");
            return;
        }
        if (++questions > mostQuestions || !id.isValueNode() || id.asText().length() > MOST_ID_CHARS) {
            throw protocolError(
                    "the upstream asked more than " + mostQuestions + " times during one call, or under an unusable id",
                    null);
        }
        if (method.equals("ping")) {
            answers.post(JsonRpcWriter.answer(id, json -> {
                json.writeObjectFieldStart("result");
                json.writeEndObject();
            }));
        } else if (!CallerQuestions.isKnown(method)) {
            answers.post(refusal(id, "Method not found"));
        } else {
            var unused = CallerQuestions.ask(channel, id.toString(), method, params, deadlineNanos)
                    .whenComplete((result, failure) -> answers.post(
                            failure == null
                                    ? JsonRpcWriter.answer(id, json -> {
                                        json.writeFieldName("result");
                                        Json.MAPPER.writeTree(json, result);
                                    })
                                    : refusal(id, "The client cannot be asked, or did not answer")));
        }
    }

    private static byte[] refusal(JsonNode id, String message) {
        return JsonRpcWriter.answer(id, json -> {
            json.writeObjectFieldStart("error");
            json.writeNumberField("code", METHOD_NOT_FOUND);
            json.writeStringField("message", message);
            json.writeEndObject();
        });
    }
}
