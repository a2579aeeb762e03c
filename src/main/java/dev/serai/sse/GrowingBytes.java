package dev.serai.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A growing array that can be looked into. */
final class GrowingBytes extends ByteArrayOutputStream {
    /** Bytes; a stream that lasts does not keep what one long message needed. */
    private static final int MOST_KEPT = 64 * 1024;

    @Override
    public synchronized void reset() {
        super.reset();
        if (buf.length > MOST_KEPT) {
            buf = new byte[32];
        }
    }

    byte[] array() {
        return buf;
    }

    byte at(int index) {
        return buf[index];
    }

    int indexOf(byte value) {
        for (int i = 0; i < count; i++) {
            if (buf[i] == value) {
                return i;
            }
        }
        return -1;
    }

    boolean startsWith(byte... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (i >= count || buf[i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    void drop(int leading) {
        System.arraycopy(buf, leading, buf, 0, count - leading);
        count -= leading;
    }

    String text(int start, int end) {
        return new String(buf, start, end - start, StandardCharsets.UTF_8);
    }
}
