package dev.serai.mcp;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events as they arrive. Source: the WHATWG HTML standard, "Interpreting an event stream".
 * An event that the end of the stream cuts off is dropped, as the standard says. Not thread-safe.
 */
public final class SseReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 8_192;
    private static final int BYTE_ORDER_MARK_BYTES = 3;

    private final InputStream in;
    private final int maxEventBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private boolean afterCarriageReturn;
    private boolean atStart = true;

    private final GrowingBytes line = new GrowingBytes();
    private final GrowingBytes data = new GrowingBytes();
    private String type = "";
    private @Nullable String lastEventId;
    private @Nullable Long retryMillis;

    /**
     * Reads from the beginning.
     *
     * @param maxEventBytes the largest line, and the largest data of one event, in bytes; at least 1
     */
    public SseReader(InputStream in, int maxEventBytes) {
        this.in = in;
        this.maxEventBytes = maxEventBytes;
    }

    /** The next event that has data; {@code null} at the end of the stream. */
    public @Nullable SseEvent next() throws IOException {
        type = "";
        data.reset();
        while (readLine()) {
            if (line.size() > 0) {
                readField();
            } else if (data.size() > 1) {
                return new SseEvent(type.isEmpty() ? SseEvent.MESSAGE : type, data.text(0, data.size() - 1));
            } else {
                type = "";
                data.reset();
            }
        }
        return null;
    }

    /** The id that the server last set, also by an event without data; {@code null} where it set none. */
    public @Nullable String lastEventId() {
        return lastEventId;
    }

    /** The reconnection time that the server last asked for, in milliseconds; {@code null} where it asked for none. */
    public @Nullable Long retryMillis() {
        return retryMillis;
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

    private boolean readLine() throws IOException {
        line.reset();
        while (position < limit || fill()) {
            if (afterCarriageReturn) {
                afterCarriageReturn = false;
                if (buffer[position] == '\n') {
                    position++;
                    continue;
                }
            }
            int end = lineEnd();
            append(line, buffer, position, end - position);
            position = end;
            if (end < limit) {
                afterCarriageReturn = buffer[end] == '\r';
                position++;
                dropByteOrderMark();
                return true;
            }
        }
        return false;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = 0;
        int read;
        do {
            read = in.read(buffer, 0, buffer.length);
        } while (read == 0);
        limit = Math.max(read, 0);
        return read > 0;
    }

    private int lineEnd() {
        int end = position;
        while (end < limit && buffer[end] != '\n' && buffer[end] != '\r') {
            end++;
        }
        return end;
    }

    private void dropByteOrderMark() {
        if (atStart && line.startsWith((byte) 0xEF, (byte) 0xBB, (byte) 0xBF)) {
            line.drop(BYTE_ORDER_MARK_BYTES);
        }
        atStart = false;
    }

    private void readField() {
        int colon = line.indexOf((byte) ':');
        int nameEnd = colon < 0 ? line.size() : colon;
        int valueStart = colon < 0 ? line.size() : colon + 1;
        if (valueStart < line.size() && line.at(valueStart) == ' ') {
            valueStart++;
        }
        switch (line.text(0, nameEnd)) {
            case "data" -> {
                append(data, line.array(), valueStart, line.size() - valueStart);
                data.write('\n');
            }
            case "event" -> type = line.text(valueStart, line.size());
            case "id" -> setId(line.text(valueStart, line.size()));
            case "retry" -> setRetry(line.text(valueStart, line.size()));
            default -> {
                // A comment, which has an empty name, or a field that the standard does not know.
            }
        }
    }

    private void setId(String value) {
        if (value.indexOf('\0') < 0) {
            lastEventId = value;
        }
    }

    private void setRetry(String value) {
        boolean digits = value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (digits && !value.isEmpty() && value.length() < 19) {
            retryMillis = Long.parseLong(value);
        }
    }

    private void append(GrowingBytes target, byte[] source, int offset, int length) {
        if (length > maxEventBytes - target.size()) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                    "the upstream sent an event larger than " + maxEventBytes + " bytes");
        }
        target.write(source, offset, length);
    }
}
