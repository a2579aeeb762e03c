package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * An answer that is read as it arrives. Closing it before its end reads what little may be left, where
 * that is worth a try, and else cuts the connection: the client would wait for the rest of a stream that
 * may never end. More than the bound is an error, and cuts it too.
 */
final class AbortableStream extends FilterInputStream {
    private static final int DRAIN_BYTES = 8 * 1024;
    private static final long DRAIN_MILLIS = 20;

    private final CallGuard guard;
    private final DrainMemory memory;
    private final String server;
    private final int maxBytes;
    private int count;
    private boolean ended;
    private boolean tooLarge;

    AbortableStream(InputStream in, int maxBytes, CallGuard guard, DrainMemory memory, String server) {
        super(in);
        this.maxBytes = maxBytes;
        this.guard = guard;
        this.memory = memory;
        this.server = server;
    }

    @Override
    public int read() throws IOException {
        int b = guarded(super::read);
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
        ended |= bytes < 0;
        tooLarge |= bytes > maxBytes - count;
        if (tooLarge) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the upstream's answer is larger than " + maxBytes + " bytes (serai.upstream.max-body)");
        }
        count += Math.max(0, bytes);
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
        if (!ended && !tooLarge && memory.worthDraining(server) && !drain()) {
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
        } catch (IOException | CapabilityException e) {
            // The end, or the bound, or the guard's cut, or a broken connection: ended tells.
        }
        return ended;
    }

    private interface Read {
        int run() throws IOException;
    }
}
