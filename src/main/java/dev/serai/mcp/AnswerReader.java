package dev.serai.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.BrokenAnswerException;
import dev.serai.http.DeadlineExceededException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.sse.SseEvent;
import dev.serai.sse.SseReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds the answer to what was sent in what the HTTP step brought: a JSON body, or an event stream that it closes. */
final class AnswerReader {
    static final String EVENT_STREAM = "text/event-stream";

    private final int maxMessageBytes;

    /** @param maxMessageBytes the largest message accepted, in bytes */
    AnswerReader(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /**
     * What was waited for.
     *
     * @param others takes the other messages of an event stream as they come
     */
    <R> R read(@Nullable Object body, @Nullable Object contentType, Expected<R> expected, Incoming others) {
        String mediaType = mediaType(contentType);
        if (mediaType.equalsIgnoreCase(EVENT_STREAM)) {
            return fromStream(stream(body), expected, others);
        }
        return fromJson(bytes(body), mediaType, expected);
    }

    private <R> R fromStream(InputStream body, Expected<R> expected, Incoming others) {
        Ending ending = new Ending();
        InputStream in = body;
        while (in != null) {
            R result = fromStream(in, expected, others, ending);
            if (result != null) {
                return result;
            }
            in = ending.eventId == null ? null : others.rest(ending.eventId, ending.retryMillis);
        }
        if (ending.broken != null) {
            throw broken(ending.broken);
        }
        throw protocolError(
                "the event stream ended without the answer to this request"
                        + (ending.strayAnswers ? ", only with answers to other ids" : ""),
                null);
    }

    /** {@code null} where the stream ends, or breaks, before the answer. */
    private <R> @Nullable R fromStream(InputStream in, Expected<R> expected, Incoming others, Ending ending) {
        ending.broken = null;
        try (SseReader events = new SseReader(in, maxMessageBytes)) {
            try {
                for (SseEvent event = events.next(); event != null; event = events.next()) {
                    if (!event.isMessage() || event.data().isBlank()) {
                        continue;
                    }
                    JsonNode messages = parse(event.data());
                    R result = expected.in(messages, others);
                    if (result != null) {
                        return result;
                    }
                    ending.strayAnswers |= expected.holdsStray(messages);
                    if (JsonRpcAnswer.holdsAnswer(messages)) {
                        ending.answered(event.data().length(), maxMessageBytes);
                    }
                }
            } finally {
                ending.note(events);
            }
        } catch (IOException e) {
            CapabilityException failure = others.failure();
            if (failure != null || e instanceof InterruptedIOException || e instanceof DeadlineExceededException) {
                throw failure == null ? broken(e) : failure;
            }
            ending.broken = e;
        }
        return null;
    }

    /** How a stream ended, and where it can be taken up. */
    private static final class Ending {
        private @Nullable String eventId;
        private @Nullable Long retryMillis;
        private @Nullable IOException broken;
        private boolean strayAnswers;
        private long answerChars;

        /** Answers are kept until the last has come, in however many streams they come. */
        private void answered(int chars, int most) {
            answerChars += chars;
            if (answerChars > most) {
                throw protocolError("the upstream's answers are larger than " + most + " bytes", null);
            }
        }

        private void note(SseReader events) {
            eventId = events.lastEventId() == null ? eventId : events.lastEventId();
            retryMillis = events.retryMillis() == null ? retryMillis : events.retryMillis();
        }
    }

    private static <R> R fromJson(byte[] body, String mediaType, Expected<R> expected) {
        if (body.length == 0) {
            throw protocolError("the upstream answered with an empty body", null);
        }
        JsonNode messages;
        try {
            messages = Json.MAPPER.readTree(body);
        } catch (IOException e) {
            throw protocolError("the upstream answered with" + named(mediaType) + " a body that is not valid JSON", e);
        }
        R result = expected.in(messages, Incoming.NOBODY);
        if (result == null) {
            throw protocolError(expected.absentFrom(messages), null);
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
                : new BrokenAnswerException("the connection broke before the answer was complete", cause);
    }

    static CapabilityException protocolError(String detail, @Nullable Throwable cause) {
        return new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, detail, cause);
    }
}
