package dev.serai.mcp.sse;

import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalRequest;
import dev.serai.http.Transport;
import dev.serai.http.TransportHttp;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.mcp.line.Envelope;
import dev.serai.mcp.line.Refusals;
import dev.serai.mcp.line.Waiting;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sessions over HTTP with SSE, each behind what looks like a Streamable HTTP server: {@code initialize} opens a stream,
 * its id leads to it, DELETE ends it, and an id whose stream has ended is unknown (404).
 */
final class SseTransport implements Transport {
    private static final String SESSION_ID = "mcp-session-id";
    private static final String INITIALIZE = "initialize";
    private static final int ID_BYTES = 24;

    private final TransportHttp http;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, SseSession> sessions = new ConcurrentHashMap<>();
    private volatile boolean closed;

    SseTransport(TransportHttp http) {
        this.http = http;
    }

    @Override
    public CompletableFuture<LocalAnswer> send(UpstreamCall call, LocalRequest request) {
        String id = request.header(SESSION_ID);
        SseSession session = id == null ? null : sessions.get(id);
        if (id != null && session == null) {
            return answer(Refusals.SESSION_LOST);
        }
        return switch (request.method()) {
            case "POST" -> post(call, request, session);
            case "GET" -> answer(listen(session));
            case "DELETE" -> answer(end(id));
            default -> answer(Refusals.NOT_ALLOWED);
        };
    }

    private static CompletableFuture<LocalAnswer> answer(LocalAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private CompletableFuture<LocalAnswer> post(UpstreamCall call, LocalRequest request, @Nullable SseSession session) {
        byte[] message = request.body().getBytes();
        Envelope envelope = Envelope.read(message);
        if (envelope == null) {
            return answer(Refusals.NO_MESSAGE);
        }
        Map<String, String> headers = new HashMap<>(request.headers());
        headers.remove(SESSION_ID);
        if (session == null) {
            return INITIALIZE.equals(envelope.method()) && envelope.isRequest()
                    ? begin(call, headers, envelope, message)
                    : CompletableFuture.failedFuture(needsSession());
        }
        if (!envelope.isRequest()) {
            return session.post(call, headers, message)
                    .thenApply(taken -> taken.status() / 100 == 2 ? Refusals.empty(202) : taken);
        }
        boolean takesEvents =
                Objects.requireNonNullElse(request.header("accept"), "").contains("text/event-stream");
        return session.conversation().ask(envelope, message, takesEvents, Map.of(), session.way(call, headers));
    }

    private static CapabilityException needsSession() {
        return new CapabilityException(
                ErrorCode.SESSION_UNAVAILABLE,
                "the transport sse has no calls without a session; expected requires_session: true or auto");
    }

    private CompletableFuture<LocalAnswer> begin(
            UpstreamCall call, Map<String, String> headers, Envelope envelope, byte[] message) {
        String id = newId();
        SseSession session = new SseSession(http, call, id, () -> sessions.remove(id));
        CompletableFuture<LocalAnswer> outcome = new CompletableFuture<>();
        var unusedOutcome = outcome.whenComplete((answered, failure) -> {
            if (answered == null || !session.conversation().hasWorked()) {
                // Given up, failed or refused: there is no session.
                sessions.remove(id);
                session.close();
            }
        });
        var unused = session.open(headers)
                .thenCompose(refusal -> {
                    if (refusal != null) {
                        return answer(refusal);
                    }
                    sessions.put(id, session);
                    if (closed || session.conversation().isOver()) {
                        sessions.remove(id);
                    }
                    return session.conversation()
                            .ask(envelope, message, false, Map.of(SESSION_ID, id), session.way(call, headers));
                })
                .whenComplete((answered, failure) -> {
                    if (failure != null) {
                        outcome.completeExceptionally(failure);
                    } else {
                        outcome.complete(answered);
                    }
                });
        return outcome;
    }

    private static LocalAnswer listen(@Nullable SseSession session) {
        InputStream events = session == null ? null : session.conversation().listen();
        if (session == null) {
            return Refusals.NOT_ALLOWED;
        }
        return events == null ? Refusals.STREAM_TAKEN : Waiting.stream(events);
    }

    private LocalAnswer end(@Nullable String id) {
        SseSession session = id == null ? null : sessions.remove(id);
        if (session == null) {
            return Refusals.SESSION_LOST;
        }
        session.close();
        return Refusals.empty(204);
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(sessions.values()).forEach(SseSession::close);
    }

    /** How the gateway finds this package. */
    public static final class Factory implements Transport.Factory {
        @Override
        public String name() {
            return "sse";
        }

        @Override
        public Transport create(TransportHttp http) {
            return new SseTransport(http);
        }
    }
}
