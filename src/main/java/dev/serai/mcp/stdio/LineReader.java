package dev.serai.mcp.stdio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Lines of bytes, each bounded; of a longer one the rest is skipped. */
final class LineReader {
    private static final int CHUNK = 8 * 1024;

    private final InputStream in;
    private final int longest;
    private final byte[] chunk = new byte[CHUNK];
    private int position;
    private int limit;
    private boolean cut;

    /** @param longest in bytes, without the line break */
    LineReader(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** The next line without its break, {@code null} at the end; what follows the last break is a line too. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        cut = false;
        boolean any = false;
        while (position < limit || fill()) {
            any = true;
            int end = position;
            while (end < limit && chunk[end] != '\n') {
                end++;
            }
            int taken = Math.min(end - position, longest - line.size());
            line.write(chunk, position, taken);
            cut |= taken < end - position;
            position = end;
            if (end < limit) {
                position++;
                return bytes(line);
            }
        }
        return any ? bytes(line) : null;
    }

    /** Whether the last line was longer. */
    boolean wasCut() {
        return cut;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(chunk));
        return limit > 0;
    }

    private static byte[] bytes(ByteArrayOutputStream line) {
        byte[] bytes = line.toByteArray();
        int length = bytes.length;
        return length > 0 && bytes[length - 1] == '\r' ? java.util.Arrays.copyOf(bytes, length - 1) : bytes;
    }
}
