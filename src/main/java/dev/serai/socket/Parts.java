package dev.serai.socket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.http.BrokenAnswerException;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.sse.SseEvent;
import dev.serai.sse.SseReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Reads a stream whose events are parts of a result, and hands each on to a caller that wants to see them come. */
public final class Parts {
    /** The most of one result. */
    public static final int MOST = 10_000;

    private static final String PROGRESS = "notifications/progress";
    private static final int MOST_EVENT_BYTES = 17 * 1024 * 1024;

    private Parts() {}

    /** What the events of a stream mean. */
    public interface Reading {
        /**
         * The part that an event is; {@code null} for one that is none.
         *
         * @throws CapabilityException where it says that the call failed
         */
        @Nullable
        JsonNode part(String type, JsonNode message);

        /** Whether nothing follows an event of this type. */
        boolean isEnd(String type);

        /** Whether a stream that ends without such an event has broken off; else its connection knows when it is over. */
        default boolean needsEnd() {
            return false;
        }
    }

    /**
     * All parts, in their order. The stream is closed.
     *
     * @throws CapabilityException where the stream breaks, says what is no JSON, or too much
     */
    public static ArrayNode read(Exchange exchange, InputStream in, Reading reading) {
        return read(exchange, in, reading, 0, null);
    }

    /**
     * The same, up to an end that the stream does not have itself.
     *
     * @param count parts after which it ends; 0 for no such end
     * @param after time after which it ends; {@code null} for no such end
     */
    public static ArrayNode read(
            Exchange exchange, InputStream in, Reading reading, int count, @Nullable Duration after) {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        if (after != null) {
            var unusedTimer = over.completeOnTimeout(true, after.toMillis(), TimeUnit.MILLISECONDS);
        }
        var unused = over.thenAccept(late -> {
            if (late) {
                close(in);
            }
        });
        try {
            return collect(exchange, in, reading, count, over);
        } finally {
            over.complete(false);
        }
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            // It is over either way.
        }
    }

    private static ArrayNode collect(
            Exchange exchange, InputStream in, Reading reading, int count, CompletableFuture<Boolean> over) {
        ArrayNode parts = JsonNodeFactory.instance.arrayNode();
        try (SseReader events = SseReader.withBare(in, MOST_EVENT_BYTES)) {
            for (SseEvent event = events.next(); event != null; event = events.next()) {
                JsonNode message = event.data().isBlank()
                        ? JsonNodeFactory.instance.nullNode()
                        : Json.MAPPER.readTree(event.data());
                JsonNode part = reading.part(event.type(), message);
                if (part != null) {
                    add(exchange, parts, part);
                }
                if (reading.isEnd(event.type()) || (count > 0 && parts.size() >= count)) {
                    return parts;
                }
            }
            if (reading.needsEnd() && !over.isDone()) {
                throw broken("the stream ended without saying that it was complete", parts, null);
            }
            return parts;
        } catch (JsonProcessingException e) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the upstream sent an event whose data is not valid JSON", e);
        } catch (InterruptedIOException e) {
            throw new CapabilityException(ErrorCode.TIMEOUT, "the upstream did not finish its stream in time", e);
        } catch (IOException e) {
            if (over.isDone()) {
                return parts;
            }
            throw broken("the connection broke before the stream had ended", parts, e);
        }
    }

    private static BrokenAnswerException broken(String how, ArrayNode parts, @Nullable IOException cause) {
        return new BrokenAnswerException(how, parts.isEmpty() ? null : parts, cause);
    }

    private static void add(Exchange exchange, ArrayNode parts, JsonNode part) throws JsonProcessingException {
        if (parts.size() >= MOST) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the upstream sent more than " + MOST + " messages in one stream; expected an end before");
        }
        parts.add(part);
        UpstreamCall.required(exchange).noteWork();
        CallerChannel caller = CallerChannel.of(exchange);
        if (caller != null && caller.wantsProgress()) {
            caller.tell(
                    PROGRESS,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("progress", parts.size())
                            .put("message", Json.MAPPER.writeValueAsString(part)));
        }
    }
}
