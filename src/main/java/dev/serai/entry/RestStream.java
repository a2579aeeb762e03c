package dev.serai.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.ProblemDocument;
import dev.serai.lifecycle.HangUp;
import dev.serai.loop.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The way back to a caller over REST who takes an event stream. What the provider tells of its progress begins the answer, with
 * the status 200, and the outcome ends it; a call of which nothing is told is answered as any other. What a caller is
 * too slow to take is dropped, but for the outcome.
 */
final class RestStream implements CallerChannel {
    private static final String PROGRESS = "notifications/progress";
    /** Bytes that wait for a slow caller. */
    private static final int MOST_WAITING = 256 * 1024;

    private final Exchange request;
    private final AsyncCallback answered;
    private final RestEntry entry;
    private final Workers workers;
    private @Nullable EventReply events;
    private boolean over;

    /**
     * Of one request.
     *
     * @param answered goes on with the request's own route, once there is an answer or the beginning of one
     */
    RestStream(Exchange request, AsyncCallback answered, RestEntry entry, Workers workers) {
        this.request = request;
        this.answered = answered;
        this.entry = entry;
        this.workers = workers;
    }

    @Override
    public ObjectNode capabilities() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public boolean wantsProgress() {
        return true;
    }

    @Override
    public void tell(String method, ObjectNode params) {
        if (!method.equals(PROGRESS)) {
            return;
        }
        ObjectNode told = params.deepCopy();
        told.remove("progressToken");
        EventReply to;
        boolean begins;
        synchronized (this) {
            if (over) {
                return;
            }
            begins = events == null;
            if (events == null) {
                events = new EventReply(MOST_WAITING, false);
            }
            to = events;
        }
        var unused = to.send(event("progress", told));
        if (begins) {
            begin(to);
        }
    }

    private void begin(EventReply stream) {
        HangUp hangUp = request.getProperty(HangUp.PROPERTY, HangUp.class);
        if (hangUp != null) {
            stream.onGone(hangUp::happened);
        }
        stream.farewell(event(
                "error", ProblemDocument.of(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", null, null)));
        Map<String, Object> headers = new HashMap<>();
        headers.put("Content-Type", "text/event-stream");
        headers.put("Cache-Control", "no-store");
        Answers.replaceHeaders(request.getMessage(), headers);
        request.getMessage().setBody(stream);
        // This thread is in the middle of a call: what Camel has to do for the request would wait for its end.
        workers.execute(() -> answered.done(false));
    }

    /** The call has ended, on an exchange of its own. */
    void ended(Exchange call) {
        EventReply begun;
        synchronized (this) {
            over = true;
            begun = events;
        }
        if (begun == null) {
            Message from = call.getMessage();
            request.getMessage().setHeaders(from.getHeaders());
            request.getMessage().setBody(from.getBody());
            request.setException(call.getException());
            answered.done(false);
        } else {
            begun.end(last(call));
        }
    }

    /** What the headers of an answer say else, and the outcome. */
    private byte[] last(Exchange call) {
        try {
            entry.reply(call);
        } catch (IOException e) {
            return event(
                    "error", ProblemDocument.of(ErrorCode.INTERNAL_ERROR, "The result cannot be written.", null, null));
        }
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        call.getMessage().getHeaders().forEach((name, value) -> {
            if (name.startsWith("Serai-") || name.equals("Retry-After")) {
                facts.put(name, value.toString());
            }
        });
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(event("headers", facts));
        both.writeBytes((byte[]) call.getMessage().getBody());
        return both.toByteArray();
    }

    private static byte[] event(String name, JsonNode data) {
        try {
            return ServerSentEvent.bytes(name, Json.bytes(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }

    @Override
    public CompletionStage<JsonNode> ask(String method, ObjectNode params) {
        return CompletableFuture.failedFuture(new CapabilityException(
                ErrorCode.TOOL_ERROR, "the caller cannot be asked " + method + ": it came over REST"));
    }
}
