package dev.serai.socket;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Messages as server-sent events, put in by the event loop and read by a thread that may block. Says when much waits to be
 * read, and when little does again; all of it together is bounded.
 */
final class PartQueue extends InputStream {
    private static final int MUCH = 256 * 1024;
    private static final int LITTLE = 64 * 1024;
    private static final byte[] NEWLINE = "\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final Object END = new Object();

    private final int mostBytes;
    private final Runnable emptied;
    private final Runnable left;
    private final LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final AtomicInteger unread = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private byte[] event = {};
    private int position;
    private @Nullable Object ending;
    /** Of the event loop. */
    private long total;

    /**
     * An empty one.
     *
     * @param mostBytes of all messages together
     * @param emptied run by the reader when little waits again; must not block
     * @param left run once, when the reader has closed it; must not block
     */
    PartQueue(int mostBytes, Runnable emptied, Runnable left) {
        this.mostBytes = mostBytes;
        this.emptied = emptied;
        this.left = left;
    }

    /**
     * Puts a message in.
     *
     * @return whether much waits now
     * @throws CapabilityException where it is too much altogether
     */
    boolean add(String type, String message) {
        byte[] bytes = total + message.length() > mostBytes ? NOTHING : asEvent(type, message);
        total += Math.max(bytes.length, message.length());
        if (total > mostBytes) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the upstream sent more than " + mostBytes
                            + " bytes in one stream (serai.upstream.max-body); expected an end before");
        }
        events.add(bytes);
        return unread.addAndGet(bytes.length) > MUCH;
    }

    boolean isEmptied() {
        return unread.get() < LITTLE;
    }

    void end() {
        events.add(END);
    }

    /** It ends before its time. */
    void broken(Exception why) {
        events.add(why);
    }

    /** A line break in JSON is white space. */
    private static byte[] asEvent(String type, String message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(message.length() + 32);
        out.writeBytes(("event: " + type + "\n").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(DATA);
        out.writeBytes(message.replace('\r', ' ').replace('\n', ' ').getBytes(StandardCharsets.UTF_8));
        out.writeBytes(NEWLINE);
        out.writeBytes(NEWLINE);
        return out.toByteArray();
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
            if (ending instanceof CapabilityException failure) {
                throw failure;
            }
        }
        return true;
    }

    private void take() throws IOException {
        try {
            Object next = events.take();
            if (next instanceof byte[] bytes) {
                event = bytes;
                position = 0;
                int before = unread.getAndAdd(-bytes.length);
                if (before >= LITTLE && before - bytes.length < LITTLE) {
                    emptied.run();
                }
            } else {
                ending = next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a message");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            // Another thread may be reading.
            events.add(new IOException("closed"));
            left.run();
        }
    }
}
