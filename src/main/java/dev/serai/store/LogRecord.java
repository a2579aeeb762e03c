package dev.serai.store;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One record of the file: what happened to a place, and when. On disk: a mark of four bytes, the length of the body,
 * its CRC-32, and the body.
 *
 * @param place 32 hexadecimal digits
 * @param tag 32 hexadecimal digits
 * @param time milliseconds since 1970
 * @param entry the session, for {@link Kind#PUT} only
 */
record LogRecord(
        Kind kind,
        String place,
        String tag,
        long time,
        @Nullable Entry entry) {
    /** What happened, and its letter on disk. */
    enum Kind {
        PUT('P'),
        TOUCH('T'),
        REMOVE('R');

        private final byte letter;

        Kind(char letter) {
            this.letter = (byte) letter;
        }

        static @Nullable Kind of(byte letter) {
            for (Kind kind : values()) {
                if (kind.letter == letter) {
                    return kind;
                }
            }
            return null;
        }
    }

    private static final int MARK = 0x5E5A1C0D;
    private static final int HEAD = 12;
    private static final int NAME = 16;
    private static final int BODY = 1 + NAME + NAME + Long.BYTES;
    private static final int ENTRY = 2 * Long.BYTES;
    private static final int LARGEST = 1 << 20;

    ByteBuffer bytes() {
        Entry held = entry;
        int length = BODY + (held == null ? 0 : ENTRY + held.sealed().length);
        ByteBuffer all = ByteBuffer.allocate(HEAD + length);
        all.putInt(MARK).putInt(length).putInt(0);
        all.put(kind.letter);
        all.put(HexFormat.of().parseHex(place)).put(HexFormat.of().parseHex(tag));
        all.putLong(time);
        if (held != null) {
            all.putLong(held.idleMillis()).putLong(held.endsAt()).put(held.sealed());
        }
        all.putInt(2 * Integer.BYTES, crc(all, HEAD, length));
        return all.flip();
    }

    /** The record at the buffer's position, which moves behind it; {@code null} if none begins there. */
    static @Nullable LogRecord read(ByteBuffer all) {
        int start = all.position();
        if (all.remaining() < HEAD + BODY || all.getInt(start) != MARK) {
            return null;
        }
        int length = all.getInt(start + Integer.BYTES);
        if (length < BODY
                || length > LARGEST
                || length > all.remaining() - HEAD
                || all.getInt(start + 2 * Integer.BYTES) != crc(all, start + HEAD, length)) {
            return null;
        }
        all.position(start + HEAD + length);
        return body(all.slice(start + HEAD, length));
    }

    private static @Nullable LogRecord body(ByteBuffer body) {
        Kind kind = Kind.of(body.get());
        if (kind == null) {
            return null;
        }
        String place = name(body);
        String tag = name(body);
        long time = body.getLong();
        if (kind != Kind.PUT) {
            return new LogRecord(kind, place, tag, time, null);
        }
        if (body.remaining() < ENTRY) {
            return null;
        }
        long idle = body.getLong();
        long endsAt = body.getLong();
        byte[] sealed = new byte[body.remaining()];
        body.get(sealed);
        return new LogRecord(Kind.PUT, place, tag, time, new Entry(tag, sealed, idle, endsAt));
    }

    private static String name(ByteBuffer body) {
        byte[] name = new byte[NAME];
        body.get(name);
        return HexFormat.of().formatHex(name);
    }

    private static int crc(ByteBuffer all, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(all.slice(from, length));
        return (int) crc.getValue();
    }
}
