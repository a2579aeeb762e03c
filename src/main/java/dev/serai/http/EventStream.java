package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An event stream that is read as it arrives: filled by the event loop, a few chunks ahead at most, and read by a
 * thread that may block. Closing it before its end waits a moment for what little may be left, where that is worth a
 * try, and else cuts the connection: the stream may never end. More than the bound is an error, and cuts it too.
 */
final class EventStream extends InputStream {
    /** Bytes that wait for the reader, above which no more are taken from the connection, and below which they are. */
    private static final int MUCH = 256 * 1024;

    private static final int LITTLE = 64 * 1024;
    private static final int DRAIN_BYTES = 8 * 1024;
    private static final long DRAIN_MILLIS = 20;
    private static final Object END = new Object();

    private final Context context;
    private final HttpClientResponse response;
    private final DrainMemory memory;
    private final UpstreamCall call;
    private final int maxBytes;
    private final CallGuard guard;
    private final AnswerMemory.Place place;
    private final Runnable reset;
    /** Chunks, then {@link #END} or the exception that ended it. */
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();

    private byte[] chunk = {};
    private int position;
    private int count;
    private volatile @Nullable Object ending;
    private volatile boolean noRoom;
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Runnable atClose;

    private final AtomicInteger unread = new AtomicInteger();
    /** Of the event loop: whether the whole answer has arrived, and how much of it since nobody reads. */
    private boolean complete;

    private boolean paused;

    private int drained;

    EventStream(
            Context context,
            HttpClientResponse response,
            UpstreamClient client,
            UpstreamCall call,
            CallGuard guard,
            AnswerMemory.Place place,
            Runnable reset) {
        this.context = context;
        this.response = response;
        this.memory = client.memory();
        this.call = call;
        this.maxBytes = client.limits().maxBody();
        this.guard = guard;
        this.place = place;
        this.reset = reset;
        response.handler(this::arrived);
        response.endHandler(end -> {
            complete = true;
            arrived.add(END);
        });
    }

    private void arrived(Buffer chunk) {
        arrived.add(chunk);
        if (unread.addAndGet(chunk.length()) > MUCH && !paused) {
            paused = true;
            response.pause();
        }
    }

    private void readOn() {
        if (paused && unread.get() < LITTLE) {
            paused = false;
            response.resume();
        }
    }

    static CapabilityException tooLarge(int most) {
        return new LargeAnswerException(
                ErrorCode.UPSTREAM_PROTOCOL_ERROR,
                "the upstream's answer is larger than " + most + " bytes (serai.upstream.max-body)");
    }

    /** On the event loop: the connection ended before the answer did. */
    void broken(Throwable why) {
        arrived.add(new IOException("the connection broke", why));
    }

    /** On the event loop: the guard ended it. */
    void cut() {
        arrived.add(new DeadlineExceededException(new IOException("cut")));
        leave();
    }

    /** Has the observer told of this answer when it has been read: an event stream that breaks is no answer. */
    void observed(UpstreamObserver observer, int status) {
        atClose = () -> {
            if (noRoom) {
                return;
            }
            if (!(ending instanceof IOException)) {
                ObservedStep.answered(observer, call, status);
            } else {
                boolean late = ending instanceof DeadlineExceededException;
                ObservedStep.failed(observer, call, late ? ErrorCode.TIMEOUT : ErrorCode.UPSTREAM_UNAVAILABLE);
            }
        };
    }

    @Override
    public int read() throws IOException {
        return fill() ? chunk[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, chunk.length - position);
        System.arraycopy(chunk, position, buffer, offset, n);
        position += n;
        return n;
    }

    @Override
    public int available() {
        return chunk.length - position;
    }

    /** Whether there is a byte to read; waits for it. */
    private boolean fill() throws IOException {
        while (position == chunk.length) {
            if (ending == null) {
                take();
            }
            if (ending == END) {
                return false;
            }
            if (ending instanceof IOException failure) {
                throw failure;
            }
        }
        return true;
    }

    private void take() throws IOException {
        try {
            Object next = arrived.take();
            if (next instanceof Buffer bytes) {
                chunk = bytes.getBytes();
                position = 0;
                if (chunk.length > maxBytes - count) {
                    ending = new IOException("too large");
                    onLoop(this::leave);
                    throw tooLarge(maxBytes);
                }
                occupy(chunk.length);
                count += chunk.length;
                int before = unread.getAndAdd(-chunk.length);
                if (before >= LITTLE && before - chunk.length < LITTLE) {
                    onLoop(this::readOn);
                }
            } else {
                ending = next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for an event");
        }
    }

    private void occupy(int more) {
        try {
            place.grow(more);
        } catch (NoRoomException e) {
            noRoom = true;
            ending = new IOException("no room", e);
            onLoop(this::leave);
            throw e;
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            place.leave();
            guard.close();
            if (atClose != null) {
                atClose.run();
            }
            if (ending != END) {
                // Another thread may be reading.
                arrived.add(new IOException("closed"));
                onLoop(memory.worthDraining(call.serverUrl()) ? this::drain : this::leave);
            }
        }
    }

    /** The connection can be used again if the answer ends soon. */
    private void drain() {
        if (complete) {
            return;
        }
        long timer = context.owner().setTimer(DRAIN_MILLIS, late -> {
            memory.staysOpen(call.serverUrl());
            leave();
        });
        response.handler(rest -> {
            drained += rest.length();
            if (drained > DRAIN_BYTES) {
                context.owner().cancelTimer(timer);
                leave();
            }
        });
        response.endHandler(end -> {
            complete = true;
            context.owner().cancelTimer(timer);
        });
        paused = false;
        response.resume();
    }

    /** An answer that has ended while it was paused says so once it goes on. */
    private void leave() {
        if (paused) {
            paused = false;
            response.handler(rest -> {});
            response.resume();
            onLoop(this::leave);
        } else if (!complete) {
            reset.run();
        }
    }

    private void onLoop(Runnable action) {
        try {
            context.runOnContext(now -> action.run());
        } catch (RejectedExecutionException e) {
            // The loop has ended, and the connection with it.
        }
    }
}
