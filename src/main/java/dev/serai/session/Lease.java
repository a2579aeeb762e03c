package dev.serai.session;

import dev.serai.invocation.ErrorCode;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One call's use of a session. It must be released: the session waits for that before it is closed. */
public final class Lease {
    private final PooledSession pooled;
    private final boolean reused;
    private final Consumer<PooledSession> onRelease;
    private final AtomicBoolean released = new AtomicBoolean();

    Lease(PooledSession pooled, boolean reused, Consumer<PooledSession> onRelease) {
        this.pooled = pooled;
        this.reused = reused;
        this.onRelease = onRelease;
    }

    public Session session() {
        return pooled.session();
    }

    public SessionKey key() {
        return pooled.origin().key();
    }

    /** False for the one call that had this session opened. */
    public boolean reused() {
        return reused;
    }

    /** Ends the use; a second call does nothing. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            onRelease.accept(pooled);
        }
    }

    /** Notes that the call failed, for operators. */
    public void failed(ErrorCode code) {
        pooled.failed(code);
    }

    PooledSession pooled() {
        return pooled;
    }
}
