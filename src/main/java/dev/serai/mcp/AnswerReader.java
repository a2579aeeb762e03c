package dev.serai.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds the answer to one request in what the HTTP step brought: a JSON body, or an event stream that it closes. */
final class AnswerReader {
    private static final String EVENT_STREAM = "text/event-stream";

    private final int maxMessageBytes;

    /** @param maxMessageBytes the largest message accepted, in bytes */
    AnswerReader(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /** The {@code result} of the answer to this request. */
    JsonNode read(@Nullable Object body, @Nullable Object contentType, Awaited request) {
        String mediaType = mediaType(contentType);
        if (mediaType.equalsIgnoreCase(EVENT_STREAM)) {
            return fromStream(stream(body), request);
        }
        return fromJson(bytes(body), mediaType, request);
    }

    private JsonNode fromStream(InputStream in, Awaited request) {
        boolean strayMessages = false;
        try (SseReader events = new SseReader(in, maxMessageBytes)) {
            for (SseEvent event = events.next(); event != null; event = events.next()) {
                if (!event.isMessage() || event.data().isBlank()) {
                    continue;
                }
                JsonNode messages = parse(event.data());
                JsonNode result = JsonRpcAnswer.resultIn(messages, request);
                if (result != null) {
                    return result;
                }
                strayMessages |= JsonRpcAnswer.holdsAnswer(messages);
            }
        } catch (IOException e) {
            throw broken(e);
        }
        throw protocolError(
                "the event stream ended without the answer to this request"
                        + (strayMessages ? ", only with answers to other ids" : ""),
                null);
    }

    private static JsonNode fromJson(byte[] body, String mediaType, Awaited request) {
        if (body.length == 0) {
            throw protocolError("the upstream answered with an empty body", null);
        }
        JsonNode messages;
        try {
            messages = Json.MAPPER.readTree(body);
        } catch (IOException e) {
            throw protocolError("the upstream answered with" + named(mediaType) + " a body that is not valid JSON", e);
        }
        JsonNode result = JsonRpcAnswer.resultIn(messages, request);
        if (result == null) {
            throw protocolError(
                    JsonRpcAnswer.holdsAnswer(messages)
                            ? "the upstream answered another id than the one asked"
                            : "the upstream's JSON is not a JSON-RPC answer",
                    null);
        }
        return result;
    }

    private static JsonNode parse(String data) {
        try {
            return Json.MAPPER.readTree(data);
        } catch (JsonProcessingException e) {
            throw protocolError("the upstream sent an event whose data is not valid JSON", e);
        }
    }

    private static InputStream stream(@Nullable Object body) {
        return body instanceof InputStream in ? in : new ByteArrayInputStream(bytesOf(body));
    }

    private byte[] bytes(@Nullable Object body) {
        return body instanceof InputStream in ? drained(in) : bytesOf(body);
    }

    private byte[] drained(InputStream body) {
        try (body) {
            byte[] bytes = body.readNBytes(maxMessageBytes);
            if (bytes.length == maxMessageBytes && body.read() >= 0) {
                throw protocolError("the upstream's body is larger than " + maxMessageBytes + " bytes", null);
            }
            return bytes;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private static byte[] bytesOf(@Nullable Object body) {
        if (body == null) {
            return new byte[0];
        }
        return body instanceof byte[] bytes ? bytes : body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String mediaType(@Nullable Object contentType) {
        if (contentType == null) {
            return "";
        }
        String text = contentType.toString();
        int parameters = text.indexOf(';');
        return (parameters < 0 ? text : text.substring(0, parameters)).strip();
    }

    private static String named(String mediaType) {
        return mediaType.equalsIgnoreCase("text/html") ? " text/html," : "";
    }

    private static CapabilityException broken(IOException cause) {
        return cause instanceof InterruptedIOException
                ? new CapabilityException(ErrorCode.TIMEOUT, "the upstream did not finish its answer in time", cause)
                : protocolError("the connection broke before the answer was complete", cause);
    }

    static CapabilityException protocolError(String detail, @Nullable Throwable cause) {
        return new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, detail, cause);
    }
}
