package dev.serai.entry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the events of a {@code text/event-stream} (WHATWG HTML, server-sent events). */
final class ServerSentEvent {
    private ServerSentEvent() {}

    /** One event; the data must be without a line break. */
    static byte[] bytes(String name, byte[] data) {
        byte[] head = ("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8);
        byte[] event = Arrays.copyOf(head, head.length + data.length + 2);
        System.arraycopy(data, 0, event, head.length, data.length);
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }
}
