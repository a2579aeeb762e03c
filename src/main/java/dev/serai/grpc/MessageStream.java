package dev.serai.grpc;

import dev.serai.http.Http2Link;
import dev.serai.http.QueuedStream;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The messages of a call as lines: each {@code {"message": …}}, the last {@code {"ending": …}}. The event loop fills it a
 * little ahead of its reader, who may block. Closing it cancels the call.
 */
final class MessageStream extends QueuedStream {
    /** Bytes that wait for the reader, above which no more are taken from the connection, and below which they are. */
    private static final int MUCH = 256 * 1024;

    private static final int LITTLE = 64 * 1024;
    /** What a message takes beside its bytes. */
    private static final int EACH = 64;

    private final Http2Link link;
    private final Rpc rpc;
    private final Messages messages;
    private final Problems problems;
    private final int most;
    private final AtomicInteger unread = new AtomicInteger();
    private long count;
    /** Of the loop. */
    private boolean paused;

    /** @param most bytes of all lines together */
    MessageStream(Http2Link link, Rpc rpc, Messages messages, Problems problems, int most) {
        this.link = link;
        this.rpc = rpc;
        this.messages = messages;
        this.problems = problems;
        this.most = most;
    }

    /** On the loop. */
    void took(byte[] message) {
        put(message);
        if (unread.addAndGet(message.length + EACH) > MUCH && !paused) {
            paused = true;
            rpc.pause();
        }
    }

    /** On the loop. */
    void ended(Ending ending) {
        put(ending);
        putEnd();
    }

    private void readOn() {
        if (paused && unread.get() < LITTLE) {
            paused = false;
            rpc.resume();
        }
    }

    @Override
    protected byte[] bytes(Object next) throws IOException {
        byte[] line = next instanceof byte[] message ? message(message) : ending((Ending) next);
        count += line.length;
        if (count > most) {
            close();
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the messages of the stream are larger than " + most + " bytes together"
                            + " (serai.upstream.max-body); expected fewer, see the key max_messages");
        }
        return line;
    }

    private byte[] message(byte[] message) {
        int before = unread.getAndAdd(-message.length - EACH);
        if (before >= LITTLE && before - message.length - EACH < LITTLE) {
            link.onLoop(this::readOn);
        }
        return bytes("{\"message\":" + messages.json(message) + "}\n");
    }

    private byte[] ending(Ending ending) throws IOException {
        CapabilityException failure = ending.failure();
        if (failure != null && failure.code() == ErrorCode.UPSTREAM_UNAVAILABLE) {
            throw new IOException("the connection broke", failure);
        }
        if (failure != null) {
            throw failure;
        }
        return bytes("{\"ending\":" + problems.of(ending) + "}\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected void left() {
        link.onLoop(rpc::cancelHere);
    }
}
