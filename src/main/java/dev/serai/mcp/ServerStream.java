package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.LocalAnswer;
import dev.serai.http.StreamListener;
import dev.serai.http.TransportHttp;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Json;
import dev.serai.mcp.line.Envelope;
import dev.serai.mcp.line.Refusals;
import dev.serai.session.Session;
import dev.serai.sse.SseEvent;
import dev.serai.sse.SseParser;
import dev.serai.trace.Tracing;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one session, or of a server without sessions, that is of no call. Taken up when it breaks, behind its last
 * event where it can be, after the pause that the server asked for, and longer each time that fails. Source: MCP
 * 2025-11-25, Streamable HTTP, resumability.
 */
final class ServerStream implements StreamListener {
    /** How one ended for good. */
    enum End {
        /** Nobody wants it any more. */
        CLOSED,
        /** The server has no such streams. */
        NONE,
        /** The server refuses it to this session, it failed again and again, or it brought what cannot be read. */
        FAILED
    }

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long SHORTEST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;
    private static final int MOST_FAILURES = 10;
    private static final int MOST_EVENT_BYTES = 1024 * 1024;
    private static final int MAX_ID_CHARS = 1_024;
    private static final int NO_SUCH_METHOD = -32601;
    private static final int MOST_QUESTIONS = 100;

    private final TransportHttp http;
    private final UpstreamCall call;
    private final Session session;
    private final Listening listening;
    private final SessionCallers callers;
    private final BiConsumer<String, byte[]> told;
    private final Consumer<End> atEnd;
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicLong asked = new AtomicLong();
    private volatile @Nullable Runnable close;
    private volatile @Nullable CompletableFuture<LocalAnswer> asking;
    /** Of the event loop that reads, one after the other. */
    private SseParser parser = new SseParser(MOST_EVENT_BYTES);

    private volatile @Nullable String lastEventId;
    private volatile long pauseMillis = FIRST_PAUSE_MILLIS;
    private volatile int failures;

    /**
     * Not open yet.
     *
     * @param call one that the session served
     * @param callers who can be asked what the server asks
     * @param told given each notification, with its method; must not block
     * @param atEnd told once how it ended; must not block
     */
    ServerStream(
            TransportHttp http,
            UpstreamCall call,
            Session session,
            SessionCallers callers,
            BiConsumer<String, byte[]> told,
            Consumer<End> atEnd) {
        this.http = http;
        this.call = call;
        this.session = session;
        this.listening = Listening.of(call, session);
        this.callers = callers;
        this.told = told;
        this.atEnd = atEnd;
    }

    UpstreamCall call() {
        return call;
    }

    Session session() {
        return session;
    }

    /** Done once the server has opened it, or has not. */
    CompletableFuture<Void> begun() {
        return begun;
    }

    /** Opens it, or takes it up. */
    void begin() {
        if (over.get()) {
            return;
        }
        parser = new SseParser(MOST_EVENT_BYTES);
        Map<String, String> headers = listening.headers();
        String last = listening.resumes() ? lastEventId : null;
        if (last != null) {
            headers.put("last-event-id", last);
        }
        CompletableFuture<LocalAnswer> answer =
                http.send(notice(), listening.method(), call.serverUrl(), headers, listening.body(), this);
        asking = answer;
        var unused = answer.whenComplete(this::answered);
        if (over.get()) {
            answer.cancel(false);
        }
    }

    private UpstreamCall notice() {
        return call.notice(System.nanoTime() + PATIENCE.toNanos(), Tracing.untraced());
    }

    private void answered(@Nullable LocalAnswer answer, @Nullable Throwable failure) {
        if (over.get()) {
            return;
        }
        int status = answer == null ? 0 : answer.status();
        End refused = listening.refused(status);
        if (refused != null) {
            end(refused);
        } else if (status / 100 != 2) {
            again();
        } else if (close == null) {
            end(End.NONE);
        }
    }

    @Override
    public void opened(Runnable close) {
        this.close = close;
        begun.complete(null);
        if (over.get()) {
            close.run();
        }
    }

    @Override
    public void arrived(Buffer bytes) {
        byte[] chunk = bytes.getBytes();
        parser.give(chunk, chunk.length);
        try {
            for (SseEvent event = parser.next(); event != null; event = parser.next()) {
                failures = 0;
                if (event.isMessage()) {
                    took(event.data().getBytes(StandardCharsets.UTF_8));
                }
            }
            note();
        } catch (CapabilityException e) {
            // Larger than anything that is expected here.
            end(End.FAILED);
        }
    }

    private void note() {
        String id = parser.lastEventId();
        if (id != null
                && !id.isEmpty()
                && id.length() <= MAX_ID_CHARS
                && id.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            lastEventId = id;
        }
        Long retry = parser.retryMillis();
        if (retry != null) {
            pauseMillis = Math.max(SHORTEST_PAUSE_MILLIS, Math.min(LONGEST_PAUSE_MILLIS, retry));
        }
    }

    private void took(byte[] message) {
        Envelope envelope = Envelope.read(message);
        if (envelope == null || envelope.method() == null) {
            return;
        }
        if (envelope.isRequest()) {
            // A server without sessions asks nothing here: nobody could say whom.
            if (session.id() != null) {
                asked(envelope, message);
            }
            return;
        }
        told.accept(envelope.method(), message);
    }

    /** Servers ask here too during a call, although they should do so on its own stream. */
    private void asked(Envelope request, byte[] message) {
        String id = String.valueOf(request.id());
        String method = String.valueOf(request.method());
        if (method.equals("ping")) {
            answer(("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}").getBytes(StandardCharsets.UTF_8));
        } else if (!CallerQuestions.isKnown(method) || questions.get() >= MOST_QUESTIONS) {
            answer(Refusals.error(id, NO_SUCH_METHOD, "nobody is there to ask"));
        } else {
            questions.incrementAndGet();
            var unused = callers.ask(call, session, "stream-" + asked.incrementAndGet(), method, params(message))
                    .whenComplete((result, failure) -> {
                        questions.decrementAndGet();
                        answer(
                                failure == null
                                        ? ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}")
                                                .getBytes(StandardCharsets.UTF_8)
                                        : Refusals.error(id, NO_SUCH_METHOD, "nobody is there to ask"));
                    });
        }
    }

    private static JsonNode params(byte[] message) {
        try {
            return Json.MAPPER.readTree(message).path("params");
        } catch (IOException e) {
            return Json.MAPPER.missingNode();
        }
    }

    private void answer(byte[] answer) {
        Map<String, String> headers = listening.headers();
        headers.put("accept", "application/json, text/event-stream");
        headers.put("content-type", "application/json");
        var unused = http.send(notice(), "POST", call.serverUrl(), headers, Buffer.buffer(answer), null);
    }

    @Override
    public void ended(@Nullable Throwable why) {
        close = null;
        if (!over.get()) {
            again();
        }
    }

    private void again() {
        begun.complete(null);
        int failed = failures;
        if (failed >= MOST_FAILURES) {
            end(End.FAILED);
            return;
        }
        failures = failed + 1;
        http.later(Duration.ofMillis(Math.min(LONGEST_PAUSE_MILLIS, pauseMillis << failed)), this::begin);
    }

    /** Nobody wants it any more. */
    void close() {
        end(End.CLOSED);
    }

    private void end(End how) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        begun.complete(null);
        CompletableFuture<LocalAnswer> open = asking;
        if (open != null) {
            open.cancel(false);
        }
        Runnable cut = close;
        if (cut != null) {
            cut.run();
        }
        atEnd.accept(how);
    }
}
