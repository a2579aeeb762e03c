package dev.serai.mcp.stdio;

import dev.serai.mcp.line.Waiting;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What waits to be written to a process, bounded in lines and bytes; written by one thread, so that nobody else waits. */
final class OutgoingLines {
    static final int MOST_LINES = 4_096;
    private static final Line END = new Line(new byte[0], null);

    private final ArrayBlockingQueue<Line> lines = new ArrayBlockingQueue<>(MOST_LINES);
    private final AtomicLong bytes = new AtomicLong();
    private final long mostBytes;
    private volatile boolean ended;

    private static final class Line {
        final byte[] bytes;
        /** Whose it is; {@code null} where nobody waits for an answer. */
        final @Nullable Waiting request;

        Line(byte[] bytes, @Nullable Waiting request) {
            this.bytes = bytes;
            this.request = request;
        }
    }

    OutgoingLines(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Whether there was room. A message that no other waits for may have any length. */
    boolean offer(byte[] message, @Nullable Waiting request) {
        long before = bytes.getAndAdd(message.length);
        if (ended || (before > 0 && before + message.length > mostBytes) || !lines.offer(new Line(message, request))) {
            bytes.addAndGet(-message.length);
            return false;
        }
        return true;
    }

    /** Nothing more is written; the process finds its input at its end. */
    void end() {
        ended = true;
        lines.clear();
        lines.add(END);
    }

    /** Writes until the end. */
    void writeTo(OutputStream out) throws IOException, InterruptedException {
        try (out) {
            for (Line line = lines.take(); line != END; line = lines.take()) {
                bytes.addAndGet(-line.bytes.length);
                Waiting request = line.request;
                if (request == null || request.write()) {
                    out.write(oneLine(line.bytes));
                    if (lines.isEmpty()) {
                        out.flush();
                    }
                }
            }
        }
    }

    /** Line breaks of valid JSON stand between its tokens, where a space is as good. */
    private static byte[] oneLine(byte[] message) {
        byte[] line = new byte[message.length + 1];
        for (int i = 0; i < message.length; i++) {
            byte b = message[i];
            line[i] = b == '\n' || b == '\r' ? (byte) ' ' : b;
        }
        line[message.length] = '\n';
        return line;
    }
}
