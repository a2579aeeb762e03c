package dev.serai.mcp.sse;

import dev.serai.http.LocalAnswer;
import dev.serai.http.StreamListener;
import dev.serai.http.TransportHttp;
import dev.serai.http.Unasked;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.mcp.line.Conversation;
import dev.serai.mcp.line.Waiting;
import dev.serai.sse.SseEvent;
import dev.serai.sse.SseParser;
import dev.serai.trace.Tracing;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream, the address for messages that it names, and what is said. It ends with its stream. */
final class SseSession implements StreamListener {
    private static final Logger LOG = LoggerFactory.getLogger(SseSession.class);
    private static final Duration NOTICE_TIMEOUT = Duration.ofSeconds(10);

    private final TransportHttp http;
    private final String url;
    private final Runnable atEnd;
    private final String name;
    private final SseParser parser;
    private final Conversation conversation;
    private final CompletableFuture<String> endpoint = new CompletableFuture<>();
    private volatile UpstreamCall lastCall;
    private volatile Map<String, String> lastHeaders = Map.of();
    private @Nullable Runnable close;
    private boolean closed;

    /**
     * Not open yet.
     *
     * @param call the one that opens it
     * @param id by which callers know it
     * @param atEnd run when the stream has ended, perhaps more than once; must not block
     */
    SseSession(TransportHttp http, UpstreamCall call, String id, Runnable atEnd) {
        this.http = http;
        this.url = call.serverUrl();
        this.lastCall = call;
        this.atEnd = atEnd;
        this.name = Unasked.name(url, id);
        this.parser = new SseParser(http.maxMessage());
        this.conversation =
                new Conversation(TransportHttp.host(call), http.maxMessage(), this::say, message -> http.unasked()
                        .said(name, message));
    }

    Conversation conversation() {
        return conversation;
    }

    /**
     * Opens the stream.
     *
     * @param headers of the message that is to be sent first
     * @return {@code null} once the server has named its address, or what it answered instead of a stream; fails
     *     with a {@link CapabilityException}
     */
    CompletableFuture<@Nullable LocalAnswer> open(Map<String, String> headers) {
        Map<String, String> get = new HashMap<>(headers);
        get.keySet().removeIf(name -> name.startsWith("content-"));
        get.put("accept", "text/event-stream");
        return http.send(lastCall, "GET", url, get, Buffer.buffer(), this).thenCompose(answer -> {
            if (answer.status() / 100 != 2) {
                return CompletableFuture.completedFuture(refusal(answer));
            }
            if (!isOpen()) {
                throw protocolError("the server opened no event stream; expected one at " + what());
            }
            return endpoint.thenApply(known -> null);
        });
    }

    /** A URL that is none of this transport says nothing about a session. */
    private static LocalAnswer refusal(LocalAnswer answer) {
        int status = answer.status();
        if (status == 400 || status == 404 || status == 405 || status == 501) {
            throw protocolError(
                    "the upstream answered " + status + " to the request for an event stream; expected " + what());
        }
        return answer;
    }

    private static String what() {
        return "the URL of an MCP server's HTTP+SSE transport (2024-11-05)";
    }

    /** How a request goes out whose credential and deadline are this call's. */
    Conversation.Outgoing way(UpstreamCall call, Map<String, String> headers) {
        return (message, request) -> {
            if (request == null || request.write()) {
                var unused =
                        post(call, headers, message).whenComplete((answer, failure) -> sent(request, answer, failure));
            }
            return true;
        };
    }

    /** Sends one message; what is answered says nothing but whether it was taken. */
    CompletableFuture<LocalAnswer> post(UpstreamCall call, Map<String, String> headers, byte[] message) {
        lastCall = call;
        lastHeaders = headers;
        return endpoint.thenCompose(address -> http.send(call, "POST", address, headers, Buffer.buffer(message), null));
    }

    /** What the conversation says of its own accord. */
    private boolean say(byte[] message, @Nullable Waiting request) {
        UpstreamCall notice = lastCall.notice(System.nanoTime() + NOTICE_TIMEOUT.toNanos(), Tracing.untraced());
        return way(notice, lastHeaders).offer(message, request);
    }

    private void sent(@Nullable Waiting request, @Nullable LocalAnswer answer, @Nullable Throwable failure) {
        if (request == null || (answer != null && answer.status() / 100 == 2)) {
            return;
        }
        if (answer != null) {
            conversation.refused(request, answer);
            return;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        conversation.failed(
                request,
                cause instanceof CapabilityException known
                        ? known
                        : new CapabilityException(
                                ErrorCode.UPSTREAM_UNAVAILABLE, "the message could not be sent", cause));
    }

    @Override
    public void opened(Runnable close) {
        synchronized (this) {
            this.close = close;
            if (!closed) {
                return;
            }
        }
        close.run();
    }

    private synchronized boolean isOpen() {
        return close != null;
    }

    @Override
    public void arrived(Buffer bytes) {
        byte[] chunk = bytes.getBytes();
        parser.give(chunk, chunk.length);
        try {
            for (SseEvent event = parser.next(); event != null; event = parser.next()) {
                took(event);
            }
        } catch (CapabilityException e) {
            endpoint.completeExceptionally(e);
            // Before anybody is told: who calls again at once must not be given this one.
            atEnd.run();
            conversation.lose(e);
            close();
        }
    }

    private void took(SseEvent event) {
        if (event.type().equals("endpoint")) {
            if (!endpoint.isDone()) {
                endpoint.complete(Endpoint.resolve(url, event.data()));
            }
        } else if (event.isMessage() && !conversation.received(event.data().getBytes(StandardCharsets.UTF_8))) {
            LOG.debug("An event that is no JSON-RPC message is passed over");
        }
    }

    @Override
    public void ended(@Nullable Throwable why) {
        endpoint.completeExceptionally(
                protocolError("the event stream ended before the server had named its address for messages"));
        atEnd.run();
        conversation.lose();
    }

    /** Cuts the stream, also one that is not open yet. */
    void close() {
        Runnable now;
        synchronized (this) {
            closed = true;
            now = close;
        }
        if (now != null) {
            now.run();
        }
    }

    private static CapabilityException protocolError(String detail) {
        return new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, detail);
    }
}
