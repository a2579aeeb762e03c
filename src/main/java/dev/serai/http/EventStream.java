package dev.serai.http;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An event stream that is read as it arrives: filled by the event loop, a few chunks ahead at most, and read by a
 * thread that may block. Closing it before its end waits a moment for what little may be left, where that is worth a
 * try, and else cuts the connection: the stream may never end. More than the bound is an error, and cuts it too.
 */
final class EventStream extends QueuedStream {
    /** Bytes that wait for the reader, above which no more are taken from the connection, and below which they are. */
    private static final int MUCH = 256 * 1024;

    private static final int LITTLE = 64 * 1024;
    private static final int DRAIN_BYTES = 8 * 1024;
    private static final long DRAIN_MILLIS = 20;

    private final Context context;
    private final HttpClientResponse response;
    private final DrainMemory memory;
    private final UpstreamCall call;
    private final int maxBytes;
    private final CallGuard guard;
    private final AnswerMemory.Place place;
    private final Runnable reset;
    private int count;
    private volatile boolean noRoom;
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
            putEnd();
        });
    }

    private void arrived(Buffer chunk) {
        put(chunk);
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
        putFailure(new IOException("the connection broke", why));
    }

    /** On the event loop: the guard ended it. */
    void cut() {
        putFailure(new DeadlineExceededException(new IOException("cut")));
        leave();
    }

    /** Has the observer told of this answer when it has been read: an event stream that breaks is no answer. */
    void observed(UpstreamObserver observer, int status) {
        atClose = () -> {
            if (noRoom) {
                return;
            }
            Exception failure = failure();
            if (failure == null) {
                ObservedStep.answered(observer, call, status);
            } else {
                boolean late = failure instanceof DeadlineExceededException;
                ObservedStep.failed(observer, call, late ? ErrorCode.TIMEOUT : ErrorCode.UPSTREAM_UNAVAILABLE);
            }
        };
    }

    @Override
    protected byte[] bytes(Object next) {
        byte[] chunk = ((Buffer) next).getBytes();
        if (chunk.length > maxBytes - count) {
            onLoop(this::leave);
            throw tooLarge(maxBytes);
        }
        occupy(chunk.length);
        count += chunk.length;
        int before = unread.getAndAdd(-chunk.length);
        if (before >= LITTLE && before - chunk.length < LITTLE) {
            onLoop(this::readOn);
        }
        return chunk;
    }

    private void occupy(int more) {
        try {
            place.grow(more);
        } catch (NoRoomException e) {
            noRoom = true;
            onLoop(this::leave);
            throw e;
        }
    }

    @Override
    protected void left() {
        place.leave();
        guard.close();
        if (atClose != null) {
            atClose.run();
        }
        if (!isAtEnd()) {
            onLoop(memory.worthDraining(call.serverUrl()) ? this::drain : this::leave);
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
