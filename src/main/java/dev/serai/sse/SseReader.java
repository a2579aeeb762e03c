package dev.serai.sse;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events as they arrive, see {@link SseParser}. Not thread-safe. */
public final class SseReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 8_192;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final SseParser parser;

    /**
     * Reads from the beginning.
     *
     * @param maxEventBytes the largest line, and the largest data of one event, in bytes; at least 1
     */
    public SseReader(InputStream in, int maxEventBytes) {
        this(in, new SseParser(maxEventBytes));
    }

    private SseReader(InputStream in, SseParser parser) {
        this.in = in;
        this.parser = parser;
    }

    /** The same, for protocols in which an event that has a type says something without data, too: they are empty then. */
    public static SseReader withBare(InputStream in, int maxEventBytes) {
        return new SseReader(in, new SseParser(maxEventBytes, true));
    }

    /** The next event that has data, or counts without; {@code null} at the end of the stream. */
    public @Nullable SseEvent next() throws IOException {
        while (true) {
            SseEvent event = parser.next();
            if (event != null) {
                return event;
            }
            int read;
            do {
                read = in.read(buffer, 0, buffer.length);
            } while (read == 0);
            if (read < 0) {
                return null;
            }
            parser.give(buffer, read);
        }
    }

    /** The id that the server last set by a whole event, also by one without data; {@code null} where it set none. */
    public @Nullable String lastEventId() {
        return parser.lastEventId();
    }

    /** The reconnection time that the server last asked for, in milliseconds; {@code null} where it asked for none. */
    public @Nullable Long retryMillis() {
        return parser.retryMillis();
    }

    /** Closes the stream; that the connection is broken by then matters to nobody. */
    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            return;
        }
    }
}
