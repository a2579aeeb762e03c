package dev.serai.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An event stream of a process that ends with the call at the latest. */
final class LocalStream extends FilterInputStream {
    private final CallGuard guard;

    LocalStream(InputStream events, CallGuard guard) {
        super(events);
        this.guard = guard;
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException e) {
            throw told(e);
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            return super.read(buffer, offset, length);
        } catch (IOException e) {
            throw told(e);
        }
    }

    private IOException told(IOException e) {
        return guard.expired() ? new DeadlineExceededException(e) : e;
    }

    @Override
    public void close() throws IOException {
        guard.close();
        super.close();
    }
}
