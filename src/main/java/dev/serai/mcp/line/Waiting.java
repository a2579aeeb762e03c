package dev.serai.mcp.line;

import dev.serai.http.LocalAnswer;
import dev.serai.invocation.CapabilityException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request that is not answered yet. Its answer is a JSON body, or an event stream from the first message on that
 * the server sends about it before.
 */
public final class Waiting {
    private enum Stage {
        QUEUED,
        WRITTEN,
        LOST
    }

    private final String id;
    private final @Nullable String token;
    private final boolean takesEvents;
    private final int mostBytes;
    private final Map<String, String> headers;
    private final Consumer<Waiting> leave;
    private final CompletableFuture<LocalAnswer> answer = new CompletableFuture<>();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.QUEUED);
    private @Nullable EventQueue events;

    /**
     * Not written yet.
     *
     * @param takesEvents whether the answer may be an event stream
     * @param mostBytes of the messages about it that wait to be read
     * @param headers of its answer beside the content type
     * @param leave told when nobody reads its events any more
     */
    Waiting(
            Envelope request,
            boolean takesEvents,
            int mostBytes,
            Map<String, String> headers,
            Consumer<Waiting> leave) {
        this.id = String.valueOf(request.id());
        this.token = request.token();
        this.takesEvents = takesEvents;
        this.mostBytes = mostBytes;
        this.headers = headers;
        this.leave = leave;
    }

    String id() {
        return id;
    }

    @Nullable
    String token() {
        return token;
    }

    /** Completed with what is answered; cancelling it gives the request up. */
    public CompletableFuture<LocalAnswer> answer() {
        return answer;
    }

    /** Whether the server may be given the request: not where nobody waits for the answer any more. */
    public boolean write() {
        return !answer.isCancelled() && stage.compareAndSet(Stage.QUEUED, Stage.WRITTEN);
    }

    /** Nobody waits any more; whether the server may have been given the request. */
    boolean abandon() {
        return !stage.compareAndSet(Stage.QUEUED, Stage.LOST);
    }

    /** A message about the request; whether it was taken. */
    synchronized boolean tell(byte[] message) {
        if (!takesEvents) {
            return false;
        }
        EventQueue queue = events;
        if (queue == null) {
            if (answer.isDone()) {
                return false;
            }
            queue = new EventQueue(mostBytes, () -> leave.accept(this));
            events = queue;
            queue.offer(message);
            return answer.complete(stream(queue));
        }
        return queue.offer(message);
    }

    /** An answer that is these events. */
    public static LocalAnswer stream(InputStream events) {
        return new LocalAnswer(200, Map.of("Content-Type", "text/event-stream"), Buffer.buffer(), events);
    }

    synchronized void answered(byte[] message) {
        EventQueue queue = events;
        if (queue != null) {
            queue.last(message);
        } else {
            Map<String, String> all = new HashMap<>(headers);
            all.put("Content-Type", "application/json");
            answer.complete(new LocalAnswer(200, all, Buffer.buffer(message), null));
        }
    }

    /** This is answered instead. */
    synchronized void refused(LocalAnswer refusal) {
        if (!answer.complete(refusal) && events != null) {
            events.broken(new IOException("the request was refused"));
        }
    }

    /** No answer will come, and why. */
    public synchronized void failed(CapabilityException why) {
        EventQueue queue = events;
        if (queue != null) {
            queue.broken(new IOException(why.getMessage(), why));
        } else {
            answer.completeExceptionally(why);
        }
    }

    /**
     * The line has ended: what the server was never given can safely be sent on another.
     *
     * @param why it ended, where that is known
     */
    synchronized void lost(@Nullable CapabilityException why) {
        if (events == null && stage.compareAndSet(Stage.QUEUED, Stage.LOST)) {
            answer.complete(Refusals.SESSION_LOST);
        } else if (why != null) {
            failed(why);
        } else if (events != null) {
            events.broken(new IOException("the server's line ended"));
        } else {
            answer.completeExceptionally(new IOException("the server's line ended"));
        }
    }
}
