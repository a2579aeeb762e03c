package dev.serai.mcp.line;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Messages as server-sent events, read by the one whose request they belong to. Who puts them in never waits: a reader
 * that is slow misses messages, but never the last one.
 */
final class EventQueue extends InputStream {
    private static final int MOST = 256;
    private static final byte[] BEFORE = "event: message\ndata: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final Object END = new Object();

    private final int mostBytes;
    private final Runnable atClose;
    private final LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();
    private byte[] event = {};
    private int position;
    private @Nullable Object ending;
    private volatile boolean closed;

    /**
     * An empty one.
     *
     * @param mostBytes of all messages that wait to be read
     * @param atClose run once, when the reader has closed it; must not block
     */
    EventQueue(int mostBytes, Runnable atClose) {
        this.mostBytes = mostBytes;
        this.atClose = atClose;
    }

    /** Whether there was room for the message. */
    boolean offer(byte[] message) {
        if (closed || waiting.get() >= MOST || message.length > mostBytes - bytes.get()) {
            return false;
        }
        add(message);
        return true;
    }

    /** The last message, after which the stream ends. */
    void last(byte[] message) {
        add(message);
        events.add(END);
    }

    /** The stream ends without having come to its last message. */
    void broken(IOException why) {
        events.add(why);
    }

    private void add(byte[] message) {
        waiting.incrementAndGet();
        bytes.addAndGet(message.length);
        events.add(message);
    }

    @Override
    public int read() throws IOException {
        return fill() ? event[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, event.length - position);
        System.arraycopy(event, position, buffer, offset, n);
        position += n;
        return n;
    }

    private boolean fill() throws IOException {
        while (position == event.length) {
            if (ending == null) {
                take();
            }
            if (ending == END) {
                return false;
            }
            if (ending instanceof IOException failure) {
                throw failure;
            }
        }
        return true;
    }

    private void take() throws IOException {
        try {
            Object next = events.take();
            if (next instanceof byte[] message) {
                waiting.decrementAndGet();
                bytes.addAndGet(-message.length);
                event = asEvent(message);
                position = 0;
            } else {
                ending = next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for an event");
        }
    }

    /** A carriage return would end the data: between the tokens of JSON it may be a space as well. */
    private static byte[] asEvent(byte[] message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(message.length + BEFORE.length + AFTER.length);
        out.writeBytes(BEFORE);
        for (byte b : message) {
            out.write(b == '\r' ? ' ' : b);
        }
        out.writeBytes(AFTER);
        return out.toByteArray();
    }

    @Override
    public void close() {
        boolean first;
        synchronized (this) {
            first = !closed;
            closed = true;
        }
        if (first) {
            events.add(new IOException("closed"));
            atClose.run();
        }
    }
}
