package dev.serai.entry;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An answer of server-sent events that goes on after the route has ended: a route leaves one as the body of its message.
 * What the client is too slow to take waits here, in bounds. Safe for use by several threads; nothing here blocks.
 */
public final class EventReply {
    private static final byte[] NOTHING = new byte[0];

    private final int maxWaiting;
    private final boolean background;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean ended;
    private boolean gone;
    private boolean scheduled;
    private byte[] farewell = NOTHING;
    private @Nullable Runnable onGone;
    private @Nullable Outlet outlet;

    /**
     * Nothing is sent yet.
     *
     * @param maxWaiting bytes that may wait for a slow client
     * @param background whether it stands for no work: then it is no request in progress, and a stop of the gateway ends
     *     it; how many there are is for its owner to bound
     */
    public EventReply(int maxWaiting, boolean background) {
        this.maxWaiting = maxWaiting;
        this.background = background;
    }

    /** Sends whole events; false where the client is gone or too slow, or the stream has ended. One alone may have any size. */
    public boolean send(byte[] events) {
        synchronized (this) {
            if (ended || gone || (waitingBytes > 0 && waitingBytes + events.length > maxWaiting)) {
                return false;
            }
            add(events);
        }
        wake();
        return true;
    }

    /** Sends the last events, which may be none, however slow the client is, and ends the stream. */
    public void end(byte[] last) {
        synchronized (this) {
            if (ended || gone) {
                return;
            }
            add(last);
            ended = true;
        }
        wake();
    }

    /** What is sent last should the gateway end the stream. */
    public synchronized void farewell(byte[] events) {
        farewell = events.clone();
    }

    /** Has this run when the client goes before the end, at once where it has. It must be quick. */
    public void onGone(Runnable action) {
        synchronized (this) {
            if (!gone) {
                onGone = action;
                return;
            }
        }
        action.run();
    }

    private void add(byte[] events) {
        if (events.length > 0) {
            waiting.add(events);
            waitingBytes += events.length;
        }
    }

    private void wake() {
        Outlet to;
        synchronized (this) {
            to = outlet;
            if (to == null || scheduled) {
                return;
            }
            scheduled = true;
        }
        try {
            to.loop().runOnContext(nothing -> drain());
        } catch (RejectedExecutionException e) {
            wentAway();
        }
    }

    boolean isBackground() {
        return background;
    }

    /** The client can be written to from now on; called on its event loop. */
    void attach(Context loop, HttpServerResponse response, Runnable stalled, Runnable flowing, Runnable over) {
        synchronized (this) {
            outlet = new Outlet(loop, response, stalled, flowing, over);
            scheduled = true;
        }
        response.drainHandler(ready -> {
            flowing.run();
            drain();
        });
        drain();
    }

    /** On the event loop. */
    private void drain() {
        Outlet to;
        synchronized (this) {
            scheduled = false;
            to = outlet;
        }
        if (to == null) {
            return;
        }
        // A write can run this again, from inside, to the end.
        while (isOutlet(to) && !to.response().writeQueueFull()) {
            byte[] next;
            boolean last;
            synchronized (this) {
                next = gone ? null : waiting.poll();
                last = next == null && ended && !gone;
                if (next != null) {
                    waitingBytes -= next.length;
                }
                if (last) {
                    outlet = null;
                }
            }
            if (next == null) {
                if (last) {
                    to.over().run();
                }
                return;
            }
            to.response().write(Buffer.buffer(next));
        }
        if (isOutlet(to)) {
            to.stalled().run();
        }
    }

    private synchronized boolean isOutlet(Outlet to) {
        return to.equals(outlet);
    }

    /** The gateway ends it. */
    void close() {
        byte[] last;
        synchronized (this) {
            last = farewell;
        }
        end(last);
    }

    /** The connection is closed. */
    void wentAway() {
        Runnable told;
        synchronized (this) {
            if (gone) {
                return;
            }
            gone = true;
            outlet = null;
            waiting.clear();
            waitingBytes = 0;
            told = onGone;
            onGone = null;
        }
        if (told != null) {
            told.run();
        }
    }

    /** Where it is written to. */
    private record Outlet(
            Context loop, HttpServerResponse response, Runnable stalled, Runnable flowing, Runnable over) {}
}
