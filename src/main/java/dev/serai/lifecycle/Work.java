package dev.serai.lifecycle;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an invocation is doing, so that it can be stopped from outside: requests under way are cut, and the thread
 * that serves it is interrupted, but only while it does. Once stopped it stays stopped.
 */
public final class Work {
    private final List<Runnable> aborts = new ArrayList<>(1);
    private @Nullable Thread thread;
    private boolean stopped;
    private boolean over;

    /** From now on the current thread is at work, and may be interrupted. */
    public synchronized void begin() {
        thread = Thread.currentThread();
        if (stopped) {
            thread.interrupt();
        }
    }

    /** The current thread is at work no longer; an interrupt that was meant for the work does not outlive it. */
    public synchronized void end() {
        thread = null;
        if (stopped) {
            Thread.interrupted();
        }
    }

    /**
     * Has this run when the work is stopped, at once where it has been, and never where the invocation has ended by
     * itself. It must be quick and must not throw.
     */
    public void onStop(Runnable abort) {
        synchronized (this) {
            if (!stopped) {
                if (!over) {
                    aborts.add(abort);
                }
                return;
            }
        }
        abort.run();
    }

    public synchronized void forget(Runnable abort) {
        aborts.remove(abort);
    }

    /** The invocation has ended by itself: what would have stopped it is held no longer, nor taken any more. */
    synchronized void letGo() {
        over = true;
        aborts.clear();
    }

    /** Cuts what is under way and keeps it from going on. */
    public void stop() {
        List<Runnable> toRun;
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            toRun = List.copyOf(aborts);
            aborts.clear();
        }
        toRun.forEach(Runnable::run);
        synchronized (this) {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}
