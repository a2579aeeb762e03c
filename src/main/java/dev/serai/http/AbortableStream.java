package dev.serai.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * An answer that is read as it arrives. Closing it before its end reads what little may be left, where
 * that is worth a try, and else cuts the connection: the client would wait for the rest of a stream that
 * may never end.
 */
final class AbortableStream extends FilterInputStream {
    private static final int DRAIN_BYTES = 8 * 1024;
    private static final long DRAIN_MILLIS = 20;

    private final CallGuard guard;
    private final DrainMemory memory;
    private final String server;
    private boolean ended;

    AbortableStream(InputStream in, CallGuard guard, DrainMemory memory, String server) {
        super(in);
        this.guard = guard;
        this.memory = memory;
        this.server = server;
    }

    @Override
    public int read() throws IOException {
        int b = guarded(super::read);
        ended |= b < 0;
        return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = guarded(() -> super.read(buffer, offset, length));
        ended |= n < 0;
        return n;
    }

    private int guarded(Read read) throws IOException {
        try {
            return read.run();
        } catch (IOException e) {
            throw guard.expired() ? new DeadlineExceededException(e) : e;
        }
    }

    @Override
    public void close() throws IOException {
        if (!ended && memory.worthDraining(server) && !drain()) {
            memory.staysOpen(server);
        }
        guard.close();
        if (ended) {
            super.close();
        } else {
            guard.abort();
        }
    }

    private boolean drain() {
        guard.hasten(DRAIN_MILLIS);
        try {
            skipNBytes(DRAIN_BYTES);
        } catch (IOException e) {
            // The end, or the guard's cut, or a broken connection: ended tells.
        }
        return ended;
    }

    private interface Read {
        int run() throws IOException;
    }
}
