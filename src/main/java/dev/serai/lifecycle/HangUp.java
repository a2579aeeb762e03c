package dev.serai.lifecycle;

import java.util.ArrayList;
import java.util.List;

/** Tells the invocations made for a remote caller when it has gone; set by the entry that sees the connection. */
public final class HangUp {
    /** The exchange property that holds it. */
    public static final String PROPERTY = "SeraiHangUp";

    private final List<InvocationLife> lives = new ArrayList<>(1);
    private final List<Runnable> told = new ArrayList<>(1);
    private boolean gone;

    /** From now on the invocation is cancelled when the caller goes, at once where it has gone. */
    void watch(InvocationLife life) {
        synchronized (this) {
            if (!gone) {
                lives.add(life);
                return;
            }
        }
        life.stop(Stage.CANCELLED);
    }

    synchronized void forget(InvocationLife life) {
        lives.remove(life);
    }

    /** Has this run when the caller goes, at once where it has gone. It must be quick and must not throw. */
    public void onHappened(Runnable action) {
        synchronized (this) {
            if (!gone) {
                told.add(action);
                return;
            }
        }
        action.run();
    }

    /** The caller has gone. */
    public void happened() {
        List<InvocationLife> toStop;
        List<Runnable> toTell;
        synchronized (this) {
            gone = true;
            toStop = List.copyOf(lives);
            toTell = List.copyOf(told);
            lives.clear();
            told.clear();
        }
        toStop.forEach(life -> life.stop(Stage.CANCELLED));
        toTell.forEach(Runnable::run);
    }
}
