package dev.serai.mcp.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.entry.EventReply;
import dev.serai.invocation.Json;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** One HTTP request that is answered, now or later, on whatever thread. */
final class HttpTurn implements Turn {
    private final Exchange exchange;
    private final AsyncCallback callback;
    private final boolean canStream;
    private final Consumer<Runnable> elsewhere;
    private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.RECEIVING);
    private final AtomicBoolean answered = new AtomicBoolean();

    /** @param elsewhere has something done by another thread */
    HttpTurn(Exchange exchange, AsyncCallback callback, boolean canStream, Consumer<Runnable> elsewhere) {
        this.exchange = exchange;
        this.callback = callback;
        this.canStream = canStream;
        this.elsewhere = elsewhere;
        exchange.getMessage().getHeaders().clear();
    }

    /** Before the answer. */
    void header(String name, String value) {
        exchange.getMessage().setHeader(name, value);
    }

    @Override
    public boolean canStream() {
        return canStream;
    }

    @Override
    public void json(int status, JsonNode body) {
        try {
            answer(status, Map.of("Content-Type", "application/json"), Json.bytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }

    @Override
    public void error(@Nullable JsonNode id, RpcError error) {
        if (error.status() == 405) {
            header("Allow", "POST");
        } else if (error.status() == 429) {
            header("Retry-After", "1");
        }
        json(error.status(), Rpc.error(id, error));
    }

    @Override
    public void empty(int status) {
        answer(status, Map.of(), null);
    }

    @Override
    public void stream(EventReply events) {
        answer(
                200,
                Map.of("Content-Type", "text/event-stream", "Cache-Control", "no-store", "X-Accel-Buffering", "no"),
                events);
    }

    private void answer(int status, Map<String, Object> headers, @Nullable Object body) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        Message message = exchange.getMessage();
        message.getHeaders().putAll(headers);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setBody(body);
        if (!progress.compareAndSet(Progress.RECEIVING, Progress.ANSWERED)) {
            if (body instanceof EventReply) {
                // The thread is in the middle of a call: what Camel has to do for this exchange would wait for its end.
                elsewhere.accept(() -> callback.done(false));
            } else {
                callback.done(false);
            }
        }
    }

    /** The step that received the request returns: whether it has been answered in it. */
    boolean received() {
        if (progress.compareAndSet(Progress.RECEIVING, Progress.LATER)) {
            return false;
        }
        callback.done(true);
        return true;
    }

    private enum Progress {
        RECEIVING,
        ANSWERED,
        LATER
    }
}
