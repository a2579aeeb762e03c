package dev.serai.mcp.stdio;

import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/** A request of the client's, which it may leave. */
final class Running {
    private @Nullable Cancellable sent;
    private boolean left;
    private boolean late;

    synchronized boolean hasLeft() {
        return left;
    }

    /** What is sent for it from now on; {@code false} where nothing should be. */
    synchronized boolean sends(Cancellable request) {
        sent = request;
        return !left && !late;
    }

    synchronized boolean isLate() {
        return late;
    }

    /** It has taken too long, which the client is to be told. */
    synchronized void giveUp() {
        late = true;
        if (sent != null) {
            sent.cancel();
        }
    }

    synchronized void leave() {
        left = true;
        if (sent != null) {
            sent.cancel();
        }
    }
}
