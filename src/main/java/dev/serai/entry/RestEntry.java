package dev.serai.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import dev.serai.invocation.ProblemDocument;
import dev.serai.invocation.SeraiHeaders;
import dev.serai.loop.NonBlocking;
import dev.serai.trace.Span;
import dev.serai.trace.TraceContext;
import dev.serai.trace.Tracing;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** The two doors of {@code POST /capabilities/{id}}: a request becomes a call, its outcome becomes an answer. */
public final class RestEntry implements NonBlocking {
    /** Exchange property: the answer is to be an event stream. */
    static final String AS_EVENTS = "SeraiAnswerAsEvents";

    private static final String ROUTE = "/capabilities/{id}";
    private static final int OK = 200;
    private static final byte[] NO_ARGUMENTS = {'{', '}'};

    private static final Map<String, String> REPLY_HEADERS = Map.of(
            InvocationHeaders.REQUEST_ID, SeraiHeaders.REQUEST_ID,
            InvocationHeaders.SESSION, SeraiHeaders.SESSION,
            InvocationHeaders.SESSION_REUSED, SeraiHeaders.SESSION_REUSED,
            InvocationHeaders.ATTEMPTS, SeraiHeaders.ATTEMPTS,
            InvocationHeaders.DURATION_MS, SeraiHeaders.DURATION_MS,
            InvocationHeaders.CACHE, SeraiHeaders.CACHE,
            InvocationHeaders.FALLBACK, SeraiHeaders.FALLBACK,
            InvocationHeaders.FALLBACK_REASON, SeraiHeaders.FALLBACK_REASON);

    private final Tracing tracing;
    private final Refusals refusals;

    /** @param refusals told of requests that cannot be a call */
    public RestEntry(Tracing tracing, Refusals refusals) {
        this.tracing = tracing;
        this.refusals = refusals;
    }

    /**
     * Replaces all headers of the message by those of a call. Where the request cannot be one, sets
     * {@code CapabilityStatus} to {@code rejected} and the body to the problem document.
     */
    public void admit(Exchange exchange) {
        IngressRequest taken = IngressRequest.takenFrom(exchange);
        exchange.setProperty(InvocationHeaders.ARRIVED_NANOS, taken.arrivedNanos());
        exchange.setProperty(Span.PROPERTY, begin(taken));
        RestRequest request = RestRequest.read(taken);
        Message message = exchange.getMessage();
        Map<String, Object> headers = request.headers();
        if (request.wantsEvents()) {
            exchange.setProperty(AS_EVENTS, true);
            if (request.problem() == null) {
                exchange.setProperty(InvocationHeaders.STREAMING, true);
            }
        }
        if (request.problem() != null) {
            refusals.note(ErrorCode.INVALID_ARGUMENTS);
            headers.put(InvocationHeaders.STATUS, "rejected");
            headers.put(InvocationHeaders.ERROR_CODE, ErrorCode.INVALID_ARGUMENTS.wireName());
            message.setBody(request.problem());
        } else if (message.getBody() instanceof byte[] body && body.length == 0) {
            message.setBody(NO_ARGUMENTS.clone());
        }
        Answers.replaceHeaders(message, headers);
    }

    private Span begin(IngressRequest request) {
        List<String> parents = request.headers(TraceContext.PARENT);
        String states = String.join(",", request.headers(TraceContext.STATE));
        TraceContext caller = parents.size() == 1 ? TraceContext.parse(parents.get(0), states) : null;
        Span span = tracing.begin(caller, "POST " + ROUTE, Span.Kind.SERVER);
        span.set("http.request.method", "POST");
        span.set("http.route", ROUTE);
        return span;
    }

    private static void end(Exchange exchange, Map<String, Object> headers) {
        if (exchange.removeProperty(Span.PROPERTY) instanceof Span span) {
            span.set("http.response.status_code", (int) headers.getOrDefault(Exchange.HTTP_RESPONSE_CODE, OK));
            span.end();
        }
    }

    /** Replaces all headers of the message by those of the contract, and the body by what goes out, unless that has begun. */
    public void reply(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        if (message.getBody() instanceof EventReply) {
            return;
        }
        Map<String, Object> headers = new HashMap<>();
        REPLY_HEADERS.forEach((from, to) -> {
            Object value = message.getHeader(from);
            if (value != null) {
                headers.put(to, value.toString());
            }
        });
        JsonNode result =
                "completed".equals(message.getHeader(InvocationHeaders.STATUS)) && message.getBody() instanceof JsonNode
                        ? message.getBody(JsonNode.class)
                        : null;
        JsonNode document = result != null ? result : failure(message, headers);
        byte[] body = Json.bytes(document);
        if (exchange.getProperty(AS_EVENTS) != null) {
            headers.put("Content-Type", "text/event-stream");
            headers.put("Cache-Control", "no-store");
            body = ServerSentEvent.bytes(result != null ? "result" : "error", body);
        } else {
            headers.put("Content-Type", result != null ? "application/json" : ProblemDocument.MEDIA_TYPE);
        }
        end(exchange, headers);
        Answers.replaceHeaders(message, headers);
        message.setBody(body);
    }

    /** The problem document, with its status and {@code Retry-After} put among the headers. */
    private static ObjectNode failure(Message message, Map<String, Object> headers) {
        ErrorCode code = code(message.getHeader(InvocationHeaders.ERROR_CODE));
        ObjectNode document = code != null && message.getBody() instanceof ObjectNode given
                ? given
                : ProblemDocument.of(
                        ErrorCode.INTERNAL_ERROR,
                        "The call ended without an outcome; see the log.",
                        null,
                        message.getHeader(InvocationHeaders.REQUEST_ID, String.class));
        int status = code == null ? ErrorCode.INTERNAL_ERROR.httpStatus() : code.httpStatus();
        // A refusal by the entry has a narrower status than its code.
        status = document.path("status").asInt(status);
        headers.put(Exchange.HTTP_RESPONSE_CODE, status);
        Object retryAfter = message.getHeader(InvocationHeaders.RETRY_AFTER);
        if (retryAfter != null && (status == 429 || status == 503)) {
            headers.put("Retry-After", retryAfter.toString());
        }
        return document;
    }

    private static @Nullable ErrorCode code(@Nullable Object wireName) {
        try {
            return wireName == null
                    ? null
                    : ErrorCode.valueOf(wireName.toString().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
