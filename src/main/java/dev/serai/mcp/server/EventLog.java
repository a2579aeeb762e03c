package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.entry.EventReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event stream of a session, which a client may leave and take up again: the last messages are kept, in bounds, and
 * each has an id that is unique in the session (2025-11-25, basic/transports.mdx, Resumability).
 */
final class EventLog {
    private static final byte[] NOTHING = new byte[0];

    private final String name;
    private final int maxWaiting;
    private final boolean background;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private long keptBytes;
    private long next;
    private boolean over;
    private @Nullable EventReply reply;

    /** @param background whether it stands for no request */
    EventLog(String name, int maxWaiting, boolean background) {
        this.name = name;
        this.maxWaiting = maxWaiting;
        this.background = background;
    }

    /** The number behind the last dash of an event id, and the name of its stream before it; {@code null} where it is none. */
    static @Nullable Position position(String eventId) {
        int dash = eventId.lastIndexOf('-');
        String number = dash < 1 ? "" : eventId.substring(dash + 1);
        if (number.isEmpty() || number.length() > 15 || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        return new Position(eventId.substring(0, dash), Long.parseLong(number));
    }

    /** Where a client left a stream. */
    record Position(String stream, long number) {}

    /** A stream that the client reads from now on; one that it read before ends. */
    synchronized EventReply open() {
        return take(new EventReply(maxWaiting, background));
    }

    /** The same from behind a message on. */
    synchronized EventReply openAfter(long number) {
        long waiting = kept.stream().mapToLong(message -> message.event.length).sum();
        EventReply fresh = take(new EventReply((int) Math.min(Integer.MAX_VALUE, maxWaiting + waiting), background));
        replay(number, event -> {
            var unused = fresh.send(event);
        });
        if (over) {
            fresh.end(NOTHING);
        }
        return fresh;
    }

    /** What is kept of the messages behind this number. */
    synchronized void replay(long number, Consumer<byte[]> to) {
        for (Kept message : kept) {
            if (message.number > number) {
                to.accept(message.event);
            }
        }
    }

    private EventReply take(EventReply fresh) {
        if (reply != null) {
            reply.end(NOTHING);
        }
        reply = fresh;
        fresh.onGone(() -> left(fresh));
        return fresh;
    }

    private synchronized void left(EventReply gone) {
        if (reply == gone) {
            reply = null;
        }
    }

    /** An event without a message, from whose id on the stream can be taken up. */
    synchronized void prime() {
        EventReply to = reply;
        if (to != null) {
            var unused = to.send(("id: " + name + "-" + next++ + "\ndata: \n\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Sends a message, and keeps it, where older ones make room; false where whoever reads is too slow for it, or has gone. */
    synchronized boolean send(JsonNode message) {
        long number = next++;
        byte[] event = Rpc.event(name + "-" + number, message);
        keep(number, event);
        return reply == null || reply.send(event);
    }

    /** The last message; the stream has ended. */
    synchronized void end(JsonNode message) {
        long number = next++;
        byte[] event = Rpc.event(name + "-" + number, message);
        keep(number, event);
        over = true;
        if (reply != null) {
            reply.end(event);
        }
    }

    /** Ends it without a message. */
    synchronized void end() {
        over = true;
        if (reply != null) {
            reply.end(NOTHING);
        }
    }

    private void keep(long number, byte[] event) {
        kept.add(new Kept(number, event));
        keptBytes += event.length;
        while (keptBytes > maxWaiting && kept.size() > 1) {
            keptBytes -= kept.remove().event.length;
        }
    }

    /** Of all messages that are kept; does not change after the end. */
    synchronized long keptBytes() {
        return keptBytes;
    }

    synchronized boolean isRead() {
        return reply != null;
    }

    String name() {
        return name;
    }

    private static final class Kept {
        private final long number;
        private final byte[] event;

        Kept(long number, byte[] event) {
            this.number = number;
            this.event = event;
        }
    }
}
