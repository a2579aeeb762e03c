package dev.serai.lifecycle;

import java.util.ArrayList;
import java.util.List;

/** Tells the invocations made for a remote caller when it has gone; set by the entry that sees the connection. */
public final class HangUp {
    /** The exchange property that holds it. */
    public static final String PROPERTY = "SeraiHangUp";

    private final List<InvocationLife> lives = new ArrayList<>(1);
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

    /** The caller has gone. */
    public void happened() {
        List<InvocationLife> toStop;
        synchronized (this) {
            gone = true;
            toStop = List.copyOf(lives);
            lives.clear();
        }
        toStop.forEach(life -> life.stop(Stage.CANCELLED));
    }
}
