package dev.serai.socket;

import dev.serai.http.QueuedStream;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Messages as server-sent events, put in by the event loop and read by a thread that may block. Says when much waits to be
 * read, and when little does again; all of it together is bounded.
 */
final class PartQueue extends QueuedStream {
    private static final int MUCH = 256 * 1024;
    private static final int LITTLE = 64 * 1024;
    private static final byte[] NEWLINE = "\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

    private final int mostBytes;
    private final Runnable emptied;
    private final Runnable left;
    private final AtomicInteger unread = new AtomicInteger();
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
        put(bytes);
        return unread.addAndGet(bytes.length) > MUCH;
    }

    boolean isEmptied() {
        return unread.get() < LITTLE;
    }

    void end() {
        putEnd();
    }

    /** It ends before its time. */
    void broken(Exception why) {
        putFailure(why);
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
    protected byte[] bytes(Object next) {
        byte[] event = (byte[]) next;
        int before = unread.getAndAdd(-event.length);
        if (before >= LITTLE && before - event.length < LITTLE) {
            emptied.run();
        }
        return event;
    }

    @Override
    protected void left() {
        left.run();
    }
}
