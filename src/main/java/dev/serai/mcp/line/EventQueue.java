package dev.serai.mcp.line;

import dev.serai.http.QueuedStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Messages as server-sent events, read by the one whose request they belong to. Who puts them in never waits: a reader
 * that is slow misses messages, but never the last one.
 */
final class EventQueue extends QueuedStream {
    private static final int MOST = 256;
    private static final byte[] BEFORE = "event: message\ndata: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final int mostBytes;
    private final Runnable atClose;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();

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
        if (isClosed() || waiting.get() >= MOST || message.length > mostBytes - bytes.get()) {
            return false;
        }
        add(message);
        return true;
    }

    /** The last message, after which the stream ends. */
    void last(byte[] message) {
        add(message);
        putEnd();
    }

    /** The stream ends without having come to its last message. */
    void broken(IOException why) {
        putFailure(why);
    }

    private void add(byte[] message) {
        waiting.incrementAndGet();
        bytes.addAndGet(message.length);
        put(message);
    }

    @Override
    protected byte[] bytes(Object next) {
        byte[] message = (byte[]) next;
        waiting.decrementAndGet();
        bytes.addAndGet(-message.length);
        return asEvent(message);
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
    protected void left() {
        atClose.run();
    }
}
