package dev.serai.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What one side puts into a queue, piece by piece, as a stream that a thread reads which may block. How much may wait is for
 * who puts it in to say.
 */
public abstract class QueuedStream extends InputStream {
    private static final Object END = new Object();

    private final LinkedBlockingQueue<Object> queue = new LinkedBlockingQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private byte[] piece = {};
    private int position;
    private volatile @Nullable Object ending;

    /** Puts a piece in. */
    protected final void put(Object next) {
        queue.add(next);
    }

    /** Nothing follows. */
    protected final void putEnd() {
        queue.add(END);
    }

    /** Nothing follows, and who reads is told why: an {@link IOException} or an unchecked exception. */
    protected final void putFailure(Exception why) {
        queue.add(why);
    }

    /**
     * The bytes of a piece, when the reader has come to it; a failure ends the stream.
     *
     * @param next as it was put in
     */
    protected abstract byte[] bytes(Object next) throws IOException;

    /** The reader has closed it, before its end or after; run once. */
    protected abstract void left();

    /** Whether the reader has come to the end. */
    protected final boolean isAtEnd() {
        return ending == END;
    }

    /** What the reader was told instead of an end; {@code null} for nothing. */
    protected final @Nullable Exception failure() {
        return ending instanceof Exception failure ? failure : null;
    }

    /** Whether the reader has closed it. */
    protected final boolean isClosed() {
        return closed.get();
    }

    @Override
    public final int read() throws IOException {
        return fill() ? piece[position++] & 0xff : -1;
    }

    @Override
    public final int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, piece.length - position);
        System.arraycopy(piece, position, buffer, offset, n);
        position += n;
        return n;
    }

    @Override
    public final int available() {
        return piece.length - position;
    }

    /** Whether there is a byte to read; waits for it. */
    private boolean fill() throws IOException {
        while (position == piece.length) {
            if (ending == null) {
                take();
            }
            if (ending == END) {
                return false;
            }
            if (ending instanceof IOException failure) {
                throw failure;
            }
            if (ending instanceof RuntimeException failure) {
                throw failure;
            }
        }
        return true;
    }

    private void take() throws IOException {
        try {
            Object next = queue.take();
            if (next == END || next instanceof Exception) {
                ending = next;
                return;
            }
            piece = bytes(next);
            position = 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for what follows");
        } catch (IOException | RuntimeException e) {
            ending = e;
        }
    }

    @Override
    public final void close() {
        if (closed.compareAndSet(false, true)) {
            // Another thread may be reading.
            queue.add(new IOException("closed"));
            left();
        }
    }
}
