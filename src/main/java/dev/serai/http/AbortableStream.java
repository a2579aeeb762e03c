package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * An answer that is read as it arrives. Closing it before its end cuts the connection: the client
 * would otherwise wait for the rest of a stream that may never end. More than the bound is an error.
 */
final class AbortableStream extends FilterInputStream {
    private final CallGuard guard;
    private final int maxBytes;
    private int read;
    private boolean ended;

    AbortableStream(InputStream in, CallGuard guard, int maxBytes) {
        super(in);
        this.guard = guard;
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        int b = guarded(() -> super.read());
        count(b < 0 ? b : 1);
        return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = guarded(() -> super.read(buffer, offset, length));
        count(n);
        return n;
    }

    private void count(int bytes) {
        if (bytes < 0) {
            ended = true;
        } else if (bytes > maxBytes - read) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the upstream's answer is larger than " + maxBytes + " bytes (serai.upstream.max-body)");
        } else {
            read += bytes;
        }
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
