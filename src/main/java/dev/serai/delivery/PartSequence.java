package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Traces;
import dev.serai.loop.Workers;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back to a caller that sent a message: what is told of its call are numbered messages, and its outcome is the last
 * one. They are sent in order, by a worker; where they wait for the broker, what is told meanwhile is dropped.
 */
public final class PartSequence implements CallerChannel {
    private static final Logger LOG = LoggerFactory.getLogger(PartSequence.class);
    /** Beside the channel's own: a policy may look at what is told in its place. */
    private static final String PROPERTY = "SeraiPartSequence";

    private static final String PROGRESS = "notifications/progress";
    private static final int MOST_WAITING = 256;
    /** Characters of what waits, about. */
    private static final long MOST_CHARACTERS = 1 << 20;

    private final Workers workers;
    private final Sender sender;
    private final Queue<ObjectNode> waiting = new ArrayDeque<>();
    private final CompletableFuture<Integer> sent = new CompletableFuture<>();
    private long characters;
    private boolean sending;
    private boolean over;
    private int next;

    /** Sends one part; may block. */
    public interface Sender {
        /**
         * Sends it, or fails; what fails is left out.
         *
         * @param number of the part, from 0
         */
        void send(int number, ObjectNode part) throws Exception;
    }

    public PartSequence(Workers workers, Sender sender) {
        this.workers = workers;
        this.sender = sender;
    }

    /** The sequence of this exchange, or {@code null} where its sender takes none. */
    public static @Nullable PartSequence of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, PartSequence.class);
    }

    /** Makes it the way back to the caller of this exchange. */
    public void attach(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
        exchange.setProperty(CallerChannel.PROPERTY, this);
        exchange.setProperty(InvocationHeaders.STREAMING, true);
    }

    /**
     * Nothing more is told.
     *
     * @return the number of the outcome, once all before it is sent or given up, which its sender bounds
     */
    public synchronized CompletionStage<Integer> end() {
        over = true;
        if (!sending) {
            sent.complete(next);
        }
        return sent;
    }

    @Override
    public ObjectNode capabilities() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public boolean wantsProgress() {
        return true;
    }

    @Override
    public void tell(String method, ObjectNode params) {
        if (!method.equals(PROGRESS)) {
            return;
        }
        synchronized (this) {
            if (over || waiting.size() >= MOST_WAITING || characters >= MOST_CHARACTERS) {
                return;
            }
            ObjectNode part = params.deepCopy();
            part.remove("progressToken");
            waiting.add(part);
            characters += size(part);
            if (sending) {
                return;
            }
            sending = true;
        }
        workers.execute(this::send);
    }

    private static int size(ObjectNode part) {
        return part.path("message").asText("").length()
                + part.path("data").asText("").length();
    }

    private void send() {
        for (ObjectNode part = first(); part != null; part = first()) {
            try {
                // It may be there although sending it failed.
                sender.send(next++, part);
            } catch (InterruptedException e) {
                giveUp();
                Thread.currentThread().interrupt();
            } catch (Exception | Error e) {
                LOG.debug("A part of an answer could not be sent: {}", Traces.of(e));
                giveUp();
            }
        }
    }

    /** What waits would wait as long as the one before it: the outcome is not to wait for all of them. */
    private synchronized void giveUp() {
        waiting.clear();
        characters = 0;
    }

    private synchronized @Nullable ObjectNode first() {
        ObjectNode first = waiting.poll();
        characters -= first == null ? 0 : size(first);
        if (first == null) {
            sending = false;
            if (over) {
                sent.complete(next);
            }
        }
        return first;
    }

    @Override
    public CompletionStage<JsonNode> ask(String method, ObjectNode params) {
        return CompletableFuture.failedFuture(new CapabilityException(
                ErrorCode.TOOL_ERROR, "the caller cannot be asked " + method + ": it sent a message"));
    }
}
