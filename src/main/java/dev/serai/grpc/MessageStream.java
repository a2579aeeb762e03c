package dev.serai.grpc;

import dev.serai.http.Http2Link;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The messages of a call as lines: each {@code {"message": …}}, the last {@code {"ending": …}}. The event loop fills it a
 * little ahead of its reader, who may block. Closing it cancels the call.
 */
final class MessageStream extends InputStream {
    /** Bytes that wait for the reader, above which no more are taken from the connection, and below which they are. */
    private static final int MUCH = 256 * 1024;

    private static final int LITTLE = 64 * 1024;
    /** What a message takes beside its bytes. */
    private static final int EACH = 64;

    private static final Object CLOSED = new Object();

    private final Http2Link link;
    private final Rpc rpc;
    private final Messages messages;
    private final Problems problems;
    private final int most;
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    private final AtomicInteger unread = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private byte[] line = {};
    private int position;
    private long count;
    private boolean over;
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
        arrived.add(message);
        if (unread.addAndGet(message.length + EACH) > MUCH && !paused) {
            paused = true;
            rpc.pause();
        }
    }

    /** On the loop. */
    void ended(Ending ending) {
        arrived.add(ending);
    }

    private void readOn() {
        if (paused && unread.get() < LITTLE) {
            paused = false;
            rpc.resume();
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? line[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, line.length - position);
        System.arraycopy(line, position, buffer, offset, n);
        position += n;
        return n;
    }

    /** Whether there is a byte to read; waits for it. */
    private boolean fill() throws IOException {
        while (position == line.length) {
            if (over) {
                return false;
            }
            line = next();
            position = 0;
            count += line.length;
            if (count > most) {
                over = true;
                close();
                throw new CapabilityException(
                        ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                        "the messages of the stream are larger than " + most + " bytes together"
                                + " (serai.upstream.max-body); expected fewer, see the key max_messages");
            }
        }
        return true;
    }

    private byte[] next() throws IOException {
        try {
            Object next = arrived.take();
            if (next instanceof byte[] message) {
                int before = unread.getAndAdd(-message.length - EACH);
                if (before >= LITTLE && before - message.length - EACH < LITTLE) {
                    link.onLoop(this::readOn);
                }
                return bytes("{\"message\":" + messages.json(message) + "}\n");
            }
            over = true;
            if (next instanceof Ending ending) {
                CapabilityException failure = ending.failure();
                if (failure != null && failure.code() == ErrorCode.UPSTREAM_UNAVAILABLE) {
                    throw new IOException("the connection broke", failure);
                }
                if (failure != null) {
                    throw failure;
                }
                return bytes("{\"ending\":" + problems.of(ending) + "}\n");
            }
            throw new IOException("closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a message");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            // Another thread may be reading.
            arrived.add(CLOSED);
            link.onLoop(rpc::cancelHere);
        }
    }
}
