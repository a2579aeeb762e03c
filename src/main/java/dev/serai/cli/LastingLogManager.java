package dev.serai.cli;

import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * Keeps logging alive while the gateway shuts down: the JDK's own manager closes all handlers as soon as the process is
 * told to end. Named by the system property {@code java.util.logging.manager}.
 */
public final class LastingLogManager extends LogManager {
    private static volatile boolean ending;

    /** From now on, what is set up stays. */
    static void keep() {
        // They are made at the first event, and no longer once the process is told to end.
        var unused = Logger.getLogger("").getHandlers();
        ending = true;
    }

    @Override
    public void reset() {
        if (!ending) {
            super.reset();
        }
    }
}
