package dev.serai.sse;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Makes server-sent events of bytes as they come. Source: the WHATWG HTML standard, "Interpreting an event stream".
 * An event that the end of the stream cuts off is dropped, as the standard says. Not thread-safe.
 */
public final class SseParser {
    private static final int BYTE_ORDER_MARK_BYTES = 3;
    private static final byte[] NONE = {};

    private final int maxEventBytes;
    private final boolean bare;
    private byte[] buffer = NONE;
    private int position;
    private int limit;
    private boolean afterCarriageReturn;
    private boolean atStart = true;

    private final GrowingBytes line = new GrowingBytes();
    private final GrowingBytes data = new GrowingBytes();
    private String type = "";
    private @Nullable String nextEventId;
    private @Nullable String lastEventId;
    private @Nullable Long retryMillis;

    /**
     * At the beginning of a stream.
     *
     * @param maxEventBytes the largest line, and the largest data of one event, in bytes; at least 1
     */
    public SseParser(int maxEventBytes) {
        this(maxEventBytes, false);
    }

    /**
     * The same.
     *
     * @param bare whether one that has a type, and no data, is an event, too: the standard drops those without a field
     *     {@code data}, but some protocols have them
     */
    SseParser(int maxEventBytes, boolean bare) {
        this.maxEventBytes = maxEventBytes;
        this.bare = bare;
    }

    /** Takes the next bytes, once {@link #next} has made all it could of the last. */
    public void give(byte[] bytes, int length) {
        buffer = bytes;
        position = 0;
        limit = length;
    }

    /**
     * The next event that has data, or counts without; {@code null} where that needs more bytes.
     *
     * @throws CapabilityException {@code upstream_protocol_error} for an event that is too large
     */
    public @Nullable SseEvent next() {
        while (readLine()) {
            if (line.size() > 0) {
                readField();
                line.reset();
            } else if (data.size() > 1 || (bare && !type.isEmpty())) {
                SseEvent event = new SseEvent(
                        type.isEmpty() ? SseEvent.MESSAGE : type, data.text(0, Math.max(0, data.size() - 1)));
                begin();
                return event;
            } else {
                begin();
            }
        }
        return null;
    }

    private void begin() {
        lastEventId = nextEventId;
        type = "";
        data.reset();
    }

    /**
     * The id that the server last set, also by an event without data; {@code null} where it set none. One that was cut off
     * sets none.
     */
    public @Nullable String lastEventId() {
        return lastEventId;
    }

    /** The reconnection time that the server last asked for, in milliseconds; {@code null} where it asked for none. */
    public @Nullable Long retryMillis() {
        return retryMillis;
    }

    /** Whether the line is whole. */
    private boolean readLine() {
        while (position < limit) {
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
            nextEventId = value;
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
