package dev.serai.mcp.line;

import dev.serai.http.LocalAnswer;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One session on one line: the requests that are not answered yet, and whom each message of the server is for. What the
 * server sends is given to it in the order in which it comes, by one thread at a time; the rest may be called by any.
 */
public final class Conversation {
    private static final int NO_SUCH_METHOD = -32601;

    private final String name;
    private final int maxMessage;
    private final Outgoing outgoing;
    private final Consumer<byte[]> told;
    private final ConcurrentHashMap<String, Waiting> open = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Waiting> byToken = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable EventQueue> unasked = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean hasWorked;
    /** It may be at work on what nobody waits for: what it asks cannot be known to be about another request. */
    private volatile boolean strayWork;

    private volatile long usedNanos = System.nanoTime();

    /** Takes messages to the server; must not block. */
    @FunctionalInterface
    public interface Outgoing {
        /**
         * Sends one, after asking the request whether it may still be written.
         *
         * @param request whose answer is waited for; {@code null} where none is
         * @return whether there was room for it
         */
        boolean offer(byte[] message, @Nullable Waiting request);
    }

    /**
     * Before its first request.
     *
     * @param name what the server is called in errors
     * @param maxMessage bytes of messages about one request that may wait to be read
     * @param told of each notification that is of no request; must not block
     */
    public Conversation(String name, int maxMessage, Outgoing outgoing, Consumer<byte[]> told) {
        this.name = name;
        this.maxMessage = maxMessage;
        this.outgoing = outgoing;
        this.told = told;
    }

    public boolean isOver() {
        return over.get();
    }

    /** Whether the server answered a request with a result. */
    public boolean hasWorked() {
        return hasWorked;
    }

    /** Whether no request waits for its answer. */
    public boolean isIdle() {
        return open.isEmpty();
    }

    /** {@link System#nanoTime()} of the last request. */
    public long usedNanos() {
        return usedNanos;
    }

    /** Sends one message that nobody answers. */
    public LocalAnswer tell(byte[] message) {
        if (outgoing.offer(message, null)) {
            return Refusals.empty(202);
        }
        return over.get() ? Refusals.SESSION_LOST : Refusals.empty(503);
    }

    /**
     * Sends a request.
     *
     * @param takesEvents whether the answer may be an event stream
     * @param headers of the answer beside its content type
     */
    public CompletableFuture<LocalAnswer> ask(
            Envelope request, byte[] message, boolean takesEvents, Map<String, String> headers) {
        return ask(request, message, takesEvents, headers, outgoing);
    }

    /**
     * Sends a request in a way of its own.
     *
     * @param takesEvents whether the answer may be an event stream
     * @param headers of the answer beside its content type
     * @param way how it is sent
     */
    public CompletableFuture<LocalAnswer> ask(
            Envelope request, byte[] message, boolean takesEvents, Map<String, String> headers, Outgoing way) {
        usedNanos = System.nanoTime();
        Waiting waiting = new Waiting(request, takesEvents, maxMessage, headers, this::left);
        if (open.putIfAbsent(waiting.id(), waiting) != null) {
            return CompletableFuture.completedFuture(Refusals.ID_IN_USE);
        }
        if (waiting.token() != null) {
            byToken.put(waiting.token(), waiting);
        }
        var unused = waiting.answer().whenComplete((answer, failure) -> {
            if (answer == null) {
                if (waiting.abandon()) {
                    strayWork = true;
                }
                forget(waiting);
            }
        });
        if (over.get()) {
            waiting.lost(null);
            forget(waiting);
        } else if (!way.offer(message, waiting)) {
            forget(waiting);
            waiting.failed(
                    new CapabilityException(ErrorCode.UPSTREAM_UNAVAILABLE, name + " does not read what it is sent"));
        }
        return waiting.answer();
    }

    /** A request could not be sent; an answer that has come stays. */
    public void failed(Waiting request, CapabilityException why) {
        forget(request);
        request.failed(why);
    }

    /** A request was refused on its way; an answer that has come stays. */
    public void refused(Waiting request, LocalAnswer refusal) {
        forget(request);
        request.refused(refusal);
    }

    /** Messages that no request asked for, as events; {@code null} where somebody reads them already. */
    public @Nullable InputStream listen() {
        AtomicReference<@Nullable EventQueue> self = new AtomicReference<>();
        EventQueue queue = new EventQueue(maxMessage, () -> unasked.compareAndSet(self.get(), null));
        self.set(queue);
        if (!unasked.compareAndSet(null, queue)) {
            return null;
        }
        if (over.get()) {
            queue.broken(new IOException("the server's line ended"));
        }
        return queue;
    }

    /** No answer comes any more; whether it is the first to say so. */
    public boolean lose() {
        return lose(null);
    }

    /**
     * No answer comes any more.
     *
     * @param why what fails the requests that the server may have; {@code null} where its line has just ended
     * @return whether it is the first to say so
     */
    public boolean lose(@Nullable CapabilityException why) {
        boolean first = !over.getAndSet(true);
        for (Waiting waiting : open.values()) {
            forget(waiting);
            waiting.lost(why);
        }
        EventQueue listener = unasked.getAndSet(null);
        if (listener != null) {
            listener.broken(new IOException("the server's line ended"));
        }
        return first;
    }

    /** The server sent what cannot be read: nobody can say whose answer it was, so all have failed. */
    public void spoilt(CapabilityException why) {
        strayWork = true;
        for (Waiting waiting : open.values()) {
            forget(waiting);
            waiting.failed(why);
        }
    }

    /**
     * Takes a message of the server to whom it is for.
     *
     * @return whether it is one
     */
    public boolean received(byte[] message) {
        Envelope envelope = Envelope.read(message);
        if (envelope == null || (envelope.method() == null && envelope.id() == null && !envelope.failed())) {
            return false;
        }
        if (envelope.isRequest()) {
            asked(envelope, message);
        } else if (envelope.isNotification()) {
            told(envelope, message);
        } else {
            answered(envelope, message);
        }
        return true;
    }

    /** Nobody reads what is told of it any more; before its end, it goes on unheard. */
    private void left(Waiting waiting) {
        if (open.containsKey(waiting.id())) {
            strayWork = true;
        }
        forget(waiting);
    }

    private void forget(Waiting waiting) {
        open.remove(waiting.id(), waiting);
        String token = waiting.token();
        if (token != null) {
            byToken.remove(token, waiting);
        }
    }

    private void answered(Envelope answer, byte[] message) {
        Waiting waiting = answer.id() == null ? only() : open.get(answer.id());
        if (waiting != null) {
            if (!answer.failed()) {
                hasWorked = true;
            }
            forget(waiting);
            waiting.answered(message);
        }
    }

    /** The only open request; {@code null} where there are none, or several, or perhaps one that nobody waits for. */
    private @Nullable Waiting only() {
        if (strayWork) {
            return null;
        }
        List<Waiting> some = open.values().stream().limit(2).toList();
        return some.size() == 1 ? some.get(0) : null;
    }

    private void told(Envelope notification, byte[] message) {
        Waiting waiting = notification.token() == null ? null : byToken.get(notification.token());
        if (waiting != null) {
            waiting.tell(message);
            return;
        }
        told.accept(message);
        EventQueue listener = unasked.get();
        if (listener != null) {
            listener.offer(message);
        }
    }

    /** A request of the server belongs to the request that is open; which it is, only one that is alone can say. */
    private void asked(Envelope request, byte[] message) {
        String id = String.valueOf(request.id());
        if ("ping".equals(request.method())) {
            outgoing.offer(
                    ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}").getBytes(StandardCharsets.UTF_8), null);
            return;
        }
        Waiting waiting = only();
        if (waiting == null || !waiting.tell(message)) {
            outgoing.offer(Refusals.error(id, NO_SUCH_METHOD, "nobody is there to ask"), null);
        }
    }
}
