package dev.serai.grpc;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Messages in an answer, each after its length (gRPC over HTTP/2, Length-Prefixed-Message). Used on one event loop. */
final class Frames {
    private static final int PREFIX = 5;

    private final int longest;
    private Buffer bytes = Buffer.buffer();
    private int position;

    /** @param longest message in bytes */
    Frames(int longest) {
        this.longest = longest;
    }

    static Buffer frame(byte[] message) {
        return Buffer.buffer(PREFIX + message.length)
                .appendByte((byte) 0)
                .appendInt(message.length)
                .appendBytes(message);
    }

    void give(Buffer more) {
        if (position > 0) {
            bytes = bytes.getBuffer(position, bytes.length());
            position = 0;
        }
        bytes.appendBuffer(more);
    }

    /** Whether a message has begun and not ended. */
    boolean isAmidst() {
        return position < bytes.length();
    }

    /**
     * The next message; {@code null} where it has not come whole.
     *
     * @throws CapabilityException {@code upstream_protocol_error} for one that is too long or compressed
     */
    byte @Nullable [] next() {
        if (bytes.length() - position < PREFIX) {
            return null;
        }
        long length = bytes.getUnsignedInt(position + 1);
        if (length > longest) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the upstream sent a message of " + length + " bytes; at most " + longest
                            + " are taken (serai.upstream.max-body)");
        }
        if (bytes.getByte(position) != 0) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the upstream compressed a message, which it was not asked to do");
        }
        int start = position + PREFIX;
        if (bytes.length() - start < length) {
            return null;
        }
        position = start + (int) length;
        return bytes.getBytes(start, position);
    }
}
