package dev.serai.loop;

import dev.serai.invocation.CallLabel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The threads on which a call goes on where it may block. */
public final class Workers {
    private final Executor threads;

    public Workers(Executor threads) {
        this.threads = threads;
    }

    /** Has the rest of the current thread's call done by another thread; the current one has then left the call. */
    public void goOn(Runnable rest) {
        CallLabel label = CallLabel.current();
        CallLabel.set(null);
        Runnable labelled = () -> {
            CallLabel.set(label);
            try {
                rest.run();
            } finally {
                CallLabel.set(null);
            }
        };
        try {
            threads.execute(labelled);
        } catch (RejectedExecutionException e) {
            // The gateway stops: what is left is to answer.
            labelled.run();
        }
    }
}
