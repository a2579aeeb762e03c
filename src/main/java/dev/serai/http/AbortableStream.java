package dev.serai.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * An answer that is read as it arrives. Closing it before its end cuts the connection: the client
 * would otherwise wait for the rest of a stream that may never end.
 */
final class AbortableStream extends FilterInputStream {
    private final CallGuard guard;
    private boolean ended;

    AbortableStream(InputStream in, CallGuard guard) {
        super(in);
        this.guard = guard;
    }

    @Override
    public int read() throws IOException {
        int b = guarded(() -> super.read());
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
        guard.close();
        if (ended) {
            super.close();
        } else {
            guard.abort();
        }
    }

    private interface Read {
        int run() throws IOException;
    }
}
